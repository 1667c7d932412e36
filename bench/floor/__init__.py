"""The floor: what the same server does with one trivial insert a request. Nothing honest can be faster."""
