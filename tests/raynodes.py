"""python -m tests.raynodes: three nodes of Ray on this computer, one of which can be killed.

In: lines on standard input: kill. Out: the address, then a line for each one killed. It ends with its input.
"""

import sys

from ray.cluster_utils import Cluster

_EACH = {"num_cpus": 1, "object_store_memory": 80_000_000}


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args={**_EACH, "include_dashboard": False})
    try:
        nodes = [cluster.add_node(**_EACH) for _ in range(2)]
        cluster.wait_for_nodes()
        print(cluster.address, flush=True)
        for _ in sys.stdin:
            cluster.remove_node(nodes.pop(), allow_graceful=False)
            print("killed", flush=True)
    finally:
        cluster.shutdown()


if __name__ == "__main__":
    main()
