package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"motcua/drivers/emu"
)

const consoleHelp = `Usage: emulator console --world DIR [flags]

Plays the citizen from a terminal: choose a person by number or id, place the
card, lift it, see the digits to type and the text of the QR code.
`

const consoleKeys = `  n or id  choose a person       p  place the card      k  digits and QR text
  list     who there is          l  lift it             q  quit
`

func runConsole(ctx context.Context, args []string, s streams) int {
	f := newFlags("console", consoleHelp, s)
	dir, addr, link := f.worldFlag(), f.vpcdFlag(), f.linkFlag()
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	if code, ok := f.need("world", *dir); !ok {
		return code
	}
	t, err := openTable(*dir, *addr, *link)
	if err != nil {
		return f.fail(err)
	}
	defer func() { _ = t.lift() }() // fails only without a card
	c := &console{table: t, chosen: t.personas[0], out: s.stdout}
	c.run(ctx, s.stdin)
	return exitOK
}

// console is the person in front of the reader.
type console struct {
	table  *table
	chosen *emu.Persona
	out    io.Writer
}

// run reads lines until the end of input, q, or the end of ctx.
func (c *console) run(ctx context.Context, in io.Reader) {
	fmt.Fprint(c.out, "Cards of invented people (DEMO)\n\n")
	c.list()
	fmt.Fprintf(c.out, "\n%s\n", consoleKeys)
	lines := read(ctx, in)
	for {
		c.prompt()
		select {
		case <-ctx.Done():
			fmt.Fprintln(c.out)
			return
		case line, ok := <-lines:
			if !ok {
				fmt.Fprintln(c.out)
				return
			}
			if c.react(ctx, strings.ToLower(strings.TrimSpace(line))) {
				return
			}
		}
	}
}

// read hands on lines. Its goroutine ends with ctx or the input; a terminal that
// nobody types at keeps it until the program ends.
func read(ctx context.Context, in io.Reader) <-chan string {
	lines := make(chan string)
	go func() {
		defer close(lines)
		for s := bufio.NewScanner(in); s.Scan(); {
			select {
			case lines <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return lines
}

func (c *console) prompt() {
	state := "no card on the reader"
	if p := c.table.lying(); p != nil {
		state = "card of " + p.ID + " on the reader"
	}
	fmt.Fprintf(c.out, "[%s; chosen: %s] > ", state, c.chosen.ID)
}

// react carries out one line and tells whether it was the last.
func (c *console) react(ctx context.Context, line string) (quit bool) {
	switch line {
	case "q", "quit", "exit":
		return true
	case "":
	case "?", "h", "help":
		fmt.Fprint(c.out, consoleKeys)
	case "list":
		c.list()
	case "k", "key":
		c.key()
	case "p", "place":
		c.place(ctx)
	case "l", "lift":
		if err := c.table.lift(); err != nil {
			fmt.Fprintln(c.out, err)
		}
	default:
		c.choose(line)
	}
	return false
}

func (c *console) list() {
	for i, p := range c.table.personas {
		fmt.Fprintf(c.out, "  %2d  %-6s %s\n", i+1, p.ID, p.Story.EN)
	}
}

func (c *console) choose(line string) {
	p, err := c.table.find(line)
	if n, notNumber := strconv.Atoi(line); notNumber == nil {
		if n < 1 || n > len(c.table.personas) {
			fmt.Fprintf(c.out, "there is no person %d\n", n)
			return
		}
		p, err = c.table.personas[n-1], nil
	}
	if err != nil {
		fmt.Fprintf(c.out, "%v; ? for help\n", err)
		return
	}
	c.chosen = p
	c.key()
}

// key shows what the citizen knows of the own card.
func (c *console) key() {
	fmt.Fprintf(c.out, "  %s\n  digits to type: %s\n  QR text: %s\n", c.chosen.Name, c.chosen.CAN(), c.chosen.QR())
}

func (c *console) place(ctx context.Context) {
	err := c.table.place(ctx, c.chosen)
	if err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintln(c.out, err)
	}
}
