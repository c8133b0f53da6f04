// Package fencepostlog logs what a lock does, one JSON line for each event. See ../history-format.md.
package fencepostlog

import (
	"encoding/json"
	"io"
	"sync"
	"time"
)

type Log struct {
	Who   string
	File  io.Writer
	mutex sync.Mutex
}

// Log writes one line. A token of 0 stands for none.
func (l *Log) Log(op, lock string, token uint64) error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return json.NewEncoder(l.File).Encode(struct {
		T     int64  `json:"t"`
		Who   string `json:"who"`
		Lock  string `json:"lock"`
		Op    string `json:"op"`
		Token uint64 `json:"token,omitempty"`
	}{time.Now().UnixNano(), l.Who, lock, op, token})
}
