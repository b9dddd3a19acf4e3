package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"motcua/protocol/cccd"
	"motcua/protocol/gateway"
)

// blocked is the command of that name: list, find, lift. It works beside a gatewayd
// that runs.
func blocked(ctx context.Context, args []string, stdout, _ io.Writer) error {
	return blockedFrom(ctx, os.Stdin, args, stdout)
}

// blockedFrom reads a personal number from where it is said: on a command line it
// would stay in the shell's history.
func blockedFrom(ctx context.Context, stdin io.Reader, args []string, stdout io.Writer) error {
	use := errors.New("gatewayd blocked list, find (the personal number on standard input), or lift ENTRY -reason TEXT")
	if len(args) == 0 {
		return &usageError{use, true}
	}
	verb, args := args[0], args[1:]
	flags := flag.NewFlagSet("gatewayd blocked "+verb, flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	reason := flags.String("reason", "", "why; it is kept and should name nobody")
	names, err := operands(flags, args)
	if err != nil {
		return err
	}
	if want := map[string]int{"list": 0, "find": 0, "lift": 1}; !known(want, verb) || len(names) != want[verb] {
		return &usageError{use, true}
	}
	inbox, list, err := openBlocklist(ctx, *file)
	if err != nil {
		return err
	}
	defer func() { _ = inbox.Close() }()
	if verb == "lift" {
		return list.Lift(ctx, inbox, names[0], *reason, time.Now())
	}
	all, err := list.List(ctx, inbox)
	if err != nil {
		return err
	}
	if verb == "find" {
		if all, err = found(stdin, list, all); err != nil {
			return err
		}
	}
	return printBlocked(stdout, all, *asJSON)
}

func openBlocklist(ctx context.Context, file string) (storage, *gateway.Blocklist, error) {
	c, err := loadConfig(file)
	if err != nil {
		return nil, nil, err
	}
	var m material
	if err := m.loadService(c.Service.Key); err != nil {
		return nil, nil, &usageError{err: err}
	}
	list, err := gateway.NewBlocklist(m.service)
	if err != nil {
		return nil, nil, fmt.Errorf("service.key: %w", err)
	}
	inbox, err := openInbox(ctx, c)
	return inbox, list, err
}

// found is the entry of the number that stdin says; an error when there is none.
func found(stdin io.Reader, list *gateway.Blocklist, all []gateway.Blocking) ([]gateway.Blocking, error) {
	line, err := bufio.NewReader(io.LimitReader(stdin, 64)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading the number: %w", err)
	}
	number := strings.TrimSpace(line)
	if !cccd.IsNumber(number) {
		return nil, &usageError{err: errors.New("standard input: want a personal number of twelve digits")}
	}
	for _, b := range all {
		if b.Entry == list.EntryOf(number) {
			return []gateway.Blocking{b}, nil
		}
	}
	return nil, gateway.ErrNoEntry
}

func printBlocked(w io.Writer, all []gateway.Blocking, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(w).Encode(append([]gateway.Blocking{}, all...))
	}
	for _, b := range all {
		state := "lifted"
		if b.Stands() {
			state = "blocked"
		}
		var acts []string
		for _, a := range b.Acts {
			act := "blocked by dossier"
			if a.Lift {
				act = "lifted:"
			}
			acts = append(acts, fmt.Sprintf("%s %s %s", local(a.At), act, a.Why))
		}
		if _, err := fmt.Fprintf(w, "%s %s; %s\n", b.Entry, state, strings.Join(acts, "; ")); err != nil {
			return err
		}
	}
	return nil
}
