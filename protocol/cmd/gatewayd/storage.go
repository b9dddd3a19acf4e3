package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"motcua/protocol/gateway"
	"motcua/protocol/gateway/events"
	"motcua/protocol/gateway/inboxpg"
	"motcua/protocol/gateway/inboxsqlite"
)

// storage is an inbox that has to be closed.
type storage interface {
	gateway.Inbox
	io.Closer
}

// openInbox opens the inbox, and makes it when there is none.
func openInbox(ctx context.Context, c config) (storage, error) {
	if err := hasInbox(c); err != nil {
		return nil, err
	}
	inbox, err := openStore(ctx, c)
	if err != nil || !c.Events.Enabled {
		return inbox, err
	}
	return recorded{events.Record(inbox, time.Now, rand.Reader), inbox}, nil
}

// inboxOf opens the inbox that a configuration file names, for commands that work
// beside a gatewayd that runs.
func inboxOf(ctx context.Context, file string) (storage, error) {
	c, err := loadConfig(file)
	if err != nil {
		return nil, err
	}
	return openInbox(ctx, c)
}

// recorded is an inbox whose transactions leave events.
type recorded struct {
	*events.Recorder
	io.Closer
}

func openStore(ctx context.Context, c config) (storage, error) {
	if c.Inbox.Postgres != "" {
		return openPostgres(ctx, c.Inbox)
	}
	if err := os.MkdirAll(filepath.Dir(c.Inbox.File), 0o700); err != nil {
		return nil, fmt.Errorf("inbox.file: %w", err)
	}
	inbox, err := inboxsqlite.Open(ctx, c.Inbox.File)
	if err != nil {
		return nil, fmt.Errorf("inbox.file: %w", err)
	}
	return inbox, nil
}

// hasInbox refuses a node's configuration, where there is none.
func hasInbox(c config) error {
	if c.mode() == modeNode {
		return &usageError{err: errors.New("this configuration is that of a node, which has no inbox; name a worker's with -config")}
	}
	return nil
}

func openPostgres(ctx context.Context, c inboxConfig) (storage, error) {
	var password string
	if c.PasswordFile != "" {
		b, err := readFile("inbox.password_file", c.PasswordFile)
		if err != nil {
			return nil, &usageError{err: err}
		}
		password = strings.TrimRight(string(b), "\r\n")
	}
	inbox, err := inboxpg.Open(ctx, inboxpg.Options{URL: c.Postgres, Password: password})
	switch {
	case errors.Is(err, inboxpg.ErrPassword):
		return nil, &usageError{err: fmt.Errorf("inbox.postgres: %w, and name it in inbox.password_file", inboxpg.ErrPassword)}
	case errors.Is(err, inboxpg.ErrURL):
		return nil, &usageError{err: fmt.Errorf("inbox.postgres: %w", inboxpg.ErrURL)}
	case err != nil:
		return nil, fmt.Errorf("inbox.postgres: %w", err)
	}
	return inbox, nil
}

// openReader opens an inbox beside the gatewayd that writes it, and gives nil for
// a file that has not been made yet.
func openReader(ctx context.Context, c config) (storage, error) {
	if err := hasInbox(c); err != nil {
		return nil, err
	}
	if c.Inbox.Postgres != "" {
		return openPostgres(ctx, c.Inbox)
	}
	if _, err := os.Stat(c.Inbox.File); errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	inbox, err := inboxsqlite.OpenReader(ctx, c.Inbox.File)
	if err != nil {
		return nil, err
	}
	return inbox, nil
}
