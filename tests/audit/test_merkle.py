"""The tree is RFC 6962's: known roots, and proofs that hold for the true leaf and for no other."""

import hashlib

from hypothesis import given, settings
from hypothesis import strategies as st

from audit.merkle import Frontier, inclusion_proof, leaf_hash, node_hash, root_of
from audit.verifier.verify_audit import Tree, _root_from

# The inputs and roots of the test suite of Certificate Transparency.
DATA = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
LEAVES = [leaf_hash(bytes.fromhex(text)) for text in DATA]
sizes = st.integers(1, 70)


def _leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4)) for number in range(count)]


def _by_definition(leaves: list[bytes]) -> bytes:
    """RFC 6962, 2.1, word for word."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1
    while split * 2 < len(leaves):
        split *= 2
    return node_hash(_by_definition(leaves[:split]), _by_definition(leaves[split:]))


def test_its_roots_are_those_of_certificate_transparency():
    assert root_of([]) == hashlib.sha256(b"").digest()
    assert [root_of(LEAVES[: size + 1]).hex() for size in range(8)] == ROOTS


@given(sizes)
def test_the_frontier_grows_to_the_root_of_the_definition(count):
    leaves = _leaves(count)
    assert root_of(leaves) == _by_definition(leaves)
    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)
    assert tree.root() == root_of(leaves)


@given(sizes, st.integers(0, 70))
def test_a_stored_frontier_continues_where_it_stopped(count, more):
    leaves = _leaves(count + more)
    first = Frontier().extended(leaves[:count])
    stored = Frontier.from_bytes(first.size, first.to_bytes())
    assert stored.extended(leaves[count:]).root() == root_of(leaves)


@settings(max_examples=60)
@given(st.data(), sizes)
def test_an_inclusion_proof_holds_for_its_leaf_and_place_only(data, count):
    leaves = _leaves(count)
    position = data.draw(st.integers(0, count - 1))
    path, root = inclusion_proof(leaves, position), root_of(leaves)
    assert _root_from(leaves[position], position, count, path) == root
    for other in range(count):
        if other != position:
            assert _root_from(leaves[position], other, count, path) != root
            assert _root_from(leaves[other], position, count, path) != root
    assert _root_from(leaves[position], position, count, [*path, root]) != root
    assert _root_from(leaves[position], count, count, path) != root


def test_a_leaf_cannot_pass_for_a_node():
    left, right = LEAVES[:2]
    assert leaf_hash(left + right) != node_hash(left, right)
