package main

import (
	"fmt"
	"log/slog"
	"sync/atomic"
)

// brokerLog brings the broker's own messages into the program's log.
type brokerLog struct {
	log   *slog.Logger
	fatal atomic.Pointer[string]
}

func (l *brokerLog) Noticef(format string, v ...any) { l.log.Debug("broker", "text", text(format, v)) }
func (l *brokerLog) Debugf(format string, v ...any)  { l.log.Debug("broker", "text", text(format, v)) }
func (l *brokerLog) Tracef(string, ...any)           {} // payloads never
func (l *brokerLog) Warnf(format string, v ...any)   { l.log.Warn("broker", "text", text(format, v)) }
func (l *brokerLog) Errorf(format string, v ...any)  { l.log.Warn("broker", "text", text(format, v)) }

// Fatalf keeps the reason; ending the program is main's.
func (l *brokerLog) Fatalf(format string, v ...any) {
	reason := text(format, v)
	l.fatal.CompareAndSwap(nil, &reason)
	l.log.Error("broker", "text", reason)
}

// text bounds what a stranger on the network can put into the log.
func text(format string, v []any) string {
	s := fmt.Sprintf(format, v...)
	return s[:min(len(s), 300)]
}
