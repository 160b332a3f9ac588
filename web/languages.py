"""The languages that the interface speaks.

In: nothing. Out: one `Words` a language, in `LANGUAGES`, by the key that a browser sends.
Does not know where a word is shown.
"""

from web.chinese import CHINESE
from web.english import ENGLISH
from web.traditional import TRADITIONAL

LANGUAGES = {"zh": CHINESE, "zh-Hant": TRADITIONAL, "en": ENGLISH}
