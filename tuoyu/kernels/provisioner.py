"""What jupyter_client is given instead of its own: a kernel that is forked where that can be done.

The provisioner is handed to the kernel's manager directly. An entry point would make every Jupyter
on the machine load it.
"""

from __future__ import annotations

import os
import signal
import time
import uuid
from contextlib import suppress
from queue import Empty
from typing import TYPE_CHECKING
from typing import Any
from typing import ClassVar

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from traitlets import default

from tuoyu.kernels.forking import ForkedKernel
from tuoyu.kernels.forking import NotForked

if TYPE_CHECKING:
    from tuoyu.kernels.forking import Helper

_REPLY_SECONDS = 1.0
_STATUS_SECONDS = 0.2


class WarmProvisioner(LocalProvisioner):
    """Forks a kernel from the helper, or launches an ordinary one; ends its process group with it."""

    helper: Helper | None = None
    process: Any
    pid: Any
    pgid: Any
    cwd: Any

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:  # noqa: ANN401 - as in the base class
        """Connection details of a kernel that was forked, or else started by this command."""
        try:
            if self.helper is None:
                raise NotForked  # noqa: TRY301 - one way out to the ordinary kernel
            self.process = await self.helper.fork(cmd, kwargs)
        except NotForked:
            return await super().launch_kernel(cmd, **kwargs)
        self.pid = self.pgid = self.process.pid
        self.cwd = kwargs.get("cwd")
        return self.connection_info

    async def wait(self) -> int | None:
        """0 as soon as the kernel has ended."""
        kernel = self.process
        if isinstance(kernel, ForkedKernel):
            await kernel.ended()
        status = await super().wait()
        if isinstance(kernel, ForkedKernel):
            kernel.close()
        return status

    async def cleanup(self, restart: bool = False) -> None:  # noqa: FBT001, FBT002 - as in the base class
        """End the programs that a kernel started and left running."""
        if isinstance(self.process, ForkedKernel):
            self.process.close()
        if self.pgid and hasattr(os, "killpg") and self.pgid != os.getpgrp():
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pgid, signal.SIGKILL)
        self.pgid = None
        await super().cleanup(restart=restart)


class PromptClient(AsyncKernelClient):
    """A client that is ready when the kernel has answered it, not after a silence of fixed length."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:  # noqa: ASYNC109 - as in the base class
        """Return when the kernel answers on both channels; RuntimeError if it died or took longer than this."""
        latest = time.monotonic() + (float("inf") if timeout is None else timeout)
        asked: set[str] = set()
        while time.monotonic() < latest:
            asked.add(self.kernel_info())
            with suppress(Empty):
                reply = await self.shell_channel.get_msg(timeout=_REPLY_SECONDS)
                await self._idle_after(asked)
                self._handle_kernel_info_reply(reply)
                return
            if not await self.is_alive():
                msg = "Kernel died before replying to kernel_info"
                raise RuntimeError(msg)
        msg = f"Kernel didn't respond in {timeout} seconds"
        raise RuntimeError(msg)

    async def _idle_after(self, asked: set[str]) -> None:
        """Return when the broadcast channel tells that one of our own requests is done; Empty if it does not."""
        while True:
            message = await self.iopub_channel.get_msg(timeout=_STATUS_SECONDS)
            ours = message["parent_header"].get("msg_id") in asked
            if ours and message["content"].get("execution_state") == "idle":
                return


class Kernel(AsyncKernelManager):
    """The kernel of one notebook, with all that papermill and nbclient ask of its manager."""

    helper: ClassVar[Helper | None] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - whatever the base class takes
        super().__init__(*args, **kwargs)
        self.kernel_id = str(uuid.uuid4())
        self.provisioner = WarmProvisioner(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
        self.provisioner.helper = self.helper

    @default("client_factory")
    def _prompt_client(self) -> type[PromptClient]:
        return PromptClient

    async def _async_wait(self, pollinterval: float = 0.1) -> None:
        """Return when the kernel has ended, at once instead of at the next look."""
        process = getattr(self.provisioner, "process", None)
        if isinstance(process, ForkedKernel):
            await process.ended()
        await super()._async_wait(pollinterval)
