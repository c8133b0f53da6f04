"""Logs what a lock does, one JSON line for each event. See ../history-format.md."""

import json
import threading
import time


class FencepostLog:
    def __init__(self, path, who):
        self.who, self.file, self.mutex = who, open(path, "a", encoding="utf-8"), threading.Lock()

    def log(self, op, lock, token=None, **more):
        with self.mutex:
            line = {"t": time.time_ns(), "who": self.who, "lock": lock, "op": op, **more}
            if token is not None:
                line["token"] = token
            self.file.write(json.dumps(line) + "\n")
            self.file.flush()
