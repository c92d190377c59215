"""A browser's part of an upload to the real server, without a browser: its websocket, its form, its cookie."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileUploaderState, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates
from websockets.sync.client import connect

from support.browser_driver import PROJECT, wait_until_healthy

XSRF = "_streamlit_xsrf"


@contextmanager
def served(script: Path, checkpoints: Path, largest_file: int) -> Iterator[int]:
    """A script on a free port; its server and all of its children can write no file longer than `largest_file`."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    import resource  # POSIX only, as the limit is

    command = [sys.executable, "-B", "-m", "streamlit", "run", str(script), "--server.port", str(port)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "FER_WARM": "0", "FER_CHECKPOINTS": str(checkpoints)}
    app = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file, largest_file)),
    )  # fmt: skip
    try:
        wait_until_healthy(app, f"http://127.0.0.1:{port}/_stcore/health")
        yield port
    finally:
        app.terminate()
        app.wait(20)
        app.stderr.close()


class Session:
    """One tab of the app at an address."""

    def __init__(self, port: int, page: str = "", query: str = ""):
        self._base, self._page, self._query = f"http://127.0.0.1:{port}/_stcore", page, query
        self._socket = connect(f"ws://127.0.0.1:{port}/_stcore/stream", max_size=None)
        self.id, self.uploader = "", ""
        self.shown = self.run()

    def run(self, *states: WidgetState) -> str:
        """Run the page's script with these widgets and return all that it sent, as text."""
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = self._query, self._page
        message.rerun_script.widget_states.CopyFrom(WidgetStates(widgets=states))
        self._socket.send(message.SerializeToString())
        sent, is_finished = [], False
        while not is_finished:
            answer = ForwardMsg.FromString(self._socket.recv(timeout=120))
            sent.append(str(answer))
            if answer.WhichOneof("type") == "new_session":
                self.id = answer.new_session.initialize.session_id
            if answer.WhichOneof("type") == "delta" and answer.delta.new_element.WhichOneof("type") == "file_uploader":
                self.uploader = answer.delta.new_element.file_uploader.id
            is_finished = answer.WhichOneof("type") == "script_finished"
        return "\n".join(sent)

    def upload(self, file: str, data: bytes, name: bytes = b"photo.jpg", charset: str = "") -> int:
        """Send a file's bytes under an identity of its own and return the answer's status."""
        edge = b'--edge\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n'
        body = edge + b"Content-Type: image/jpeg\r\n\r\n" + data + b"\r\n--edge--\r\n"
        token = self._token()
        request = urllib.request.Request(f"{self._base}/upload_file/{self.id}/{file}", body, method="PUT", headers={
            "Content-Type": f"multipart/form-data; boundary=edge{charset and f'; charset={charset}'}",
            "X-Xsrftoken": token, "Cookie": f"{XSRF}={token}",
        })  # fmt: skip
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code

    def show(self, *files: str) -> str:
        """Run the page's script with uploaded files in its uploader."""
        state = FileUploaderState(uploaded_file_info=[
            UploadedFileInfo(file_id=file, name="photo.jpg", size=1, file_urls={"file_id": file}) for file in files
        ])  # fmt: skip
        return self.run(WidgetState(id=self.uploader, file_uploader_state_value=state))

    def _token(self) -> str:
        with urllib.request.urlopen(f"{self._base}/health", timeout=20) as answer:
            cookies = answer.headers.get_all("Set-Cookie") or []
        return next(one for one in cookies if one.startswith(XSRF)).split(";")[0].partition("=")[2]
