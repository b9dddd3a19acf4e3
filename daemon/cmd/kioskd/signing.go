package main

import (
	"log/slog"
	"time"

	"motcua/daemon/config"
	"motcua/drivers"
	"motcua/drivers/token"
	"motcua/protocol/fault"
)

// openToken finds the module of officers' signing tokens; nil where none is configured.
// What is wrong with it does not stop the kiosk, and is told to who wants to sign.
func openToken(c config.Signing, log *slog.Logger) drivers.SigningToken {
	if c.Module == "" {
		return nil
	}
	t, err := token.Open(c.Module, time.Now, log)
	if err != nil {
		log.Error("signing tokens", "code", fault.TokenModule, "err", err, "do", fault.Lookup(fault.TokenModule).Action)
		return nil
	}
	return t
}
