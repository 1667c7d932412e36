#!/usr/bin/env python3
"""核对存证凭据 / Check a petition's receipt, without asking the office and without the network.

    python3 verify_receipt.py receipt.json                    核对凭据 / check the receipt
    python3 verify_receipt.py receipt.json later-head.json    再核对后来的账是从那里接着写的 / and that the later log goes on from it
    python3 verify_receipt.py --key HEX receipt.json          用公布的公钥核对 / with the public key as it was published

Needs Python 3.8 or later and nothing else; signatures are checked when the package “cryptography” is there.
Ends with 0: all holds; 1: something does not hold; 2: a file cannot be read; 3: nothing is wrong, but not all could be checked.

What is checked, so that you can read along:
  1. words       SHA-256(0x02 | salt | subject | text), each text with its length, is “words”
  2. commitment  SHA-256(0x01 | number | received_at | words) is “commitment”: the fingerprint of the petition
  3. promise     the office signed that this fingerprint would be in its public log by a certain time
  4. inclusion   the fingerprint is a leaf of the Merkle tree (RFC 9162, 2.1.3.2) of which the office signed the root, at a time
  5. later head  the later tree begins with all leaves of that one (RFC 9162, 2.1.4.2): nothing before was changed
"""

import argparse
import json
import sys
from datetime import datetime
from hashlib import sha256

try:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
except ImportError:
    Ed25519PublicKey = None

GOOD, WRONG, UNREADABLE, UNSURE = 0, 1, 2, 3


class Bad(Exception):
    """A step does not hold; the message says which, in both languages."""


class Unreadable(Exception):
    """A file is not what it should be."""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipt", help="存证凭据 / the receipt file")
    parser.add_argument("later", nargs="?", help="后来的签名 / a later head, as the office's site gives it")
    parser.add_argument(
        "--key", action="append", default=[], metavar="HEX", help="公布的公钥 / a public key as published"
    )
    options = parser.parse_args()
    unsure = set()
    try:
        receipt = read(options.receipt, "yiwang-receipt-1")
        check_receipt(receipt, options.key, unsure)
        if options.later:
            check_later(receipt, read(options.later, "yiwang-consistency-1"), options.key, unsure)
    except Bad as bad:
        say("✗", str(bad))
        say(
            "✗",
            "凭据对不上。请存好文件，并向受理的单位或者上一级询问。 / It does not hold. Keep the file, and ask the office or its superior.",
        )
        return WRONG
    except (Unreadable, KeyError, ValueError, TypeError, AttributeError, RecursionError) as wrong:
        say(
            "✗",
            "文件读不出来，或者内容不全。 / A file cannot be read, or is not complete. (%s)"
            % (wrong or type(wrong).__name__),
        )
        return UNREADABLE
    for note in sorted(unsure):
        say("?", note)
    if unsure:
        say("?", "没有发现问题，但是上面几项没有核对。 / Nothing is wrong, but the above was not checked.")
        return UNSURE
    say("✓", "全部核对无误。 / All of it holds.")
    return GOOD


def check_receipt(receipt, keys, unsure):
    words = unhex(receipt["words"])
    if receipt.get("salt") is None:
        unsure.add(
            "凭据里没有内容，只核对编号和时间。 / The receipt does not show the words: only number and time are checked."
        )
    else:
        found = digest(
            b"\2" + unhex(receipt["salt"]) + measured(receipt.get("subject", "")) + measured(receipt.get("text", ""))
        )
        hold(found == words, "标题或者内容改动过 / subject or text were altered")
        say("✓", "标题和内容与当初交来的一字不差。 / Subject and text are those that were filed.")
    commitment = digest(b"\1" + measured(receipt["number"]) + measured(receipt["received_at"]) + words)
    hold(commitment == unhex(receipt["commitment"]), "编号或者收到时间改动过 / number or time of receipt were altered")
    say(
        "✓",
        "编号 {}，收到时间 {}。 / Number and time of receipt.".format(receipt["number"], shown(receipt["received_at"])),
    )

    promise = receipt["promise"]
    hold(promise["commitment"] == commitment.hex(), "承诺说的是另一件 / the promise is about another petition")
    sign = check_signature("promise", promise, receipt, keys, unsure)
    say(sign, "受理单位承诺最迟 {} 写进日志。 / Promised to be in the log by then.".format(shown(promise["by"])))

    head, inclusion = receipt.get("head"), receipt.get("inclusion")
    if head is None or inclusion is None:
        unsure.add(
            "凭据里还没有证明：请一分钟后重新下载。 / The receipt holds no proof yet: download it again after a minute."
        )
        return
    sign = check_signature("head", head, receipt, keys, unsure)
    path = [unhex(node) for node in inclusion["path"]]
    proved = inclusion["size"] == head["size"] and included(
        digest(b"\0" + commitment), whole(inclusion["index"]), whole(inclusion["size"]), path, unhex(head["root"])
    )
    hold(proved, "证明和签名对不上 / the proof does not fit the signed head")
    say(
        sign,
        "不晚于 {} 已经在日志里，第 {} 条。 / In the log no later than that.".format(
            shown(head["at"]), inclusion["index"] + 1
        ),
    )


def check_later(receipt, later, keys, unsure):
    head = receipt.get("head")
    if head is None:
        raise Unreadable("凭据里还没有证明 / the receipt holds no proof yet")
    old, new = later["old"], later["new"]
    signs = [check_signature("head", each, later, keys, unsure) for each in (old, new)]
    if [old["size"], old["root"]] != [head["size"], head["root"]]:
        hold(
            old["size"] != head["size"], "同样多的条数，却签了两本不同的账 / two different logs of one size were signed"
        )
        raise Unreadable("这份签名不是从凭据的那一条算起的 / this later head does not start from the receipt's")
    path = [unhex(node) for node in later["path"]]
    extends = consistent(whole(old["size"]), unhex(old["root"]), whole(new["size"]), unhex(new["root"]), path)
    hold(
        extends, "后来的账不是接着写的：前面的被改动过 / the later log does not go on from the earlier: it was changed"
    )
    say(
        "?" if "?" in signs else "✓",
        "{} 的账是从那里接着写的，前面的没有动过。 / The log of that time goes on from it, unchanged.".format(
            shown(new["at"])
        ),
    )


def check_signature(kind, statement, file, keys, unsure):
    """Return ✓ for a good signature, ? for one that this program cannot check."""
    key = file["keys"].get(statement["key"])
    hold(key is not None, "签名的公钥不在文件里 / the key that signed is not in the file")
    if keys:
        hold(
            key["public"].lower() in [given.lower() for given in keys],
            "签名的不是公布的公钥 / signed by another key than the published",
        )
    else:
        unsure_key = "公钥取自文件本身，请和公布的比一比（--key）： / The key is the file's own; compare it with the published one (--key): %s"
        unsure.add(unsure_key % key["public"])
    if key["algorithm"] != "ed25519":
        unsure.add(
            "签名用的是 {}，这个程序不会核对。 / Signed with an algorithm that this program does not know.".format(
                key["algorithm"]
            )
        )
        return "?"
    if Ed25519PublicKey is None:
        unsure.add(
            "签名没有核对：请先运行 pip install cryptography。 / Signatures were not checked: run “pip install cryptography” first."
        )
        return "?"
    plain = {name: value for name, value in statement.items() if name != "signature"}
    content = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    message = f"yiwang transparency {kind}\n{content}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(unhex(key["public"])).verify(bytes.fromhex(statement["signature"]), message)
    except InvalidSignature:
        raise Bad("签名不是真的 / a signature is not genuine") from None
    return "✓"


def included(leaf, index, size, path, root):
    """Tell whether the path leads from the leaf to the root (RFC 9162, 2.1.3.2)."""
    if index >= size:
        return False
    number, last, above = index, size - 1, leaf
    for beside in path:
        if last == 0:
            return False
        if number % 2 == 1 or number == last:
            above = digest(b"\1" + beside + above)
            while number and number % 2 == 0:
                number, last = number // 2, last // 2
        else:
            above = digest(b"\1" + above + beside)
        number, last = number // 2, last // 2
    return last == 0 and above == root


def consistent(old, old_root, new, new_root, path):
    """Tell whether the tree of the new root begins with that of the old one (RFC 9162, 2.1.4.2)."""
    if old > new:
        return False
    if old == new:
        return not path and old_root == new_root
    if old == 0:
        return not path and old_root == digest(b"")
    nodes = path if old & (old - 1) else [old_root, *path]
    if not nodes:
        return False
    number, last = old - 1, new - 1
    while number % 2 == 1:
        number, last = number // 2, last // 2
    from_old = from_new = nodes[0]
    for beside in nodes[1:]:
        if last == 0:
            return False
        if number % 2 == 1 or number == last:
            from_old, from_new = digest(b"\1" + beside + from_old), digest(b"\1" + beside + from_new)
            while number and number % 2 == 0:
                number, last = number // 2, last // 2
        else:
            from_new = digest(b"\1" + from_new + beside)
        number, last = number // 2, last // 2
    return last == 0 and from_old == old_root and from_new == new_root


def read(name, kind):
    try:
        with open(name, encoding="utf-8") as file:
            content = json.load(file)
    except OSError as wrong:
        raise Unreadable(f"{name}: {wrong.strerror}") from None
    if not isinstance(content, dict) or content.get("format") != kind:
        raise Unreadable(f"{name}: 不是这种文件 / not a file of this kind")
    return content


def hold(holds, otherwise):
    if not holds:
        raise Bad(otherwise)


def digest(content):
    return sha256(content).digest()


def measured(text):
    content = text.encode("utf-8")
    return len(content).to_bytes(4, "big") + content


def unhex(text):
    value = bytes.fromhex(text)
    if len(value) != 32:
        raise ValueError("64 hexadecimal digits expected")
    return value


def whole(number):
    if not isinstance(number, int) or isinstance(number, bool) or number < 0:
        raise ValueError("a whole number expected")
    return number


def shown(instant):
    """Return an instant in the reader's own zone."""
    return datetime.fromisoformat(instant).astimezone().strftime("%Y-%m-%d %H:%M:%S (UTC%z)")


def say(sign, words):
    print(sign, words)


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main())
