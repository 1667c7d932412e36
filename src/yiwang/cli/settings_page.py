"""docs/settings.md, made from the table of options."""

from yiwang.cli.config import CONFIG_VARIABLE
from yiwang.cli.options import OPTIONS

HEAD = f"""# Settings

Made from the table in `src/yiwang/cli/options.py` by `yiwang settings --markdown`; do not edit by hand.

Each setting is an environment variable, or a line of the one TOML file that `{CONFIG_VARIABLE}` names. The environment wins
over the file, the file over the default. A setting that cannot be read, or a line of the file that is unknown, stops every
command with one sentence. With `YIWANG_ENV=production` the unsafe ones named in the last column are refused.

```toml
# /etc/yiwang.toml, mode 600
environment = "production"
var = "/var/lib/yiwang"
base_url = "https://petitions.example.org"
database_url = "postgresql://yiwang:secret@127.0.0.1:5432/yiwang"
proxies = ["127.0.0.1"]
```

| variable | in the file | kind | default | meaning | in production |
| --- | --- | --- | --- | --- | --- |
"""


def settings_page() -> str:
    """Return the whole page as Markdown."""
    rows = [
        f"| `{option.variable}` | `{option.name}` | {option.kind} | {f'`{option.default}`' if option.default else 'empty'} "
        f"| {option.meaning} | {option.production} |"
        for option in OPTIONS
    ]
    return HEAD + "\n".join(rows) + "\n"
