"""The file that every scanner calls a virus and that is none (EICAR), put together so that no scanner takes this file for it."""

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-ANTIVIRUS-" + b"TEST-FILE!$H+H*"
MD5 = "44d88612fea8a8f36de82e1278abb02f"
