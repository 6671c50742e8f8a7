"""Started in the kernel of a checked notebook: a command that fails fails its cell.

IPython goes on after a `!command` that ends with an error.
"""


def _strict(shell):
    run = shell.system

    def system(command):
        run(command)
        code = shell.user_ns.get("_exit_code", 0)
        if code:
            raise RuntimeError(f"{command!r} ended with exit code {code}")

    shell.system = system


_strict(get_ipython())  # noqa: F821
