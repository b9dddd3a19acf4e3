package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"motcua/drivers/emu/finger"
	"motcua/drivers/emu/world"
)

// errNoStand is acting on what does not stand there.
var errNoStand = errors.New("no devices; start serve with --devices")

// act carries out a command's words.
func act(ctx context.Context, t *table, words []string) (string, error) {
	verb, rest := "", ""
	if len(words) > 0 {
		verb, rest = words[0], strings.Join(words[1:], " ")
	}
	switch {
	case verb == "place" && len(words) == 2:
		p, err := t.find(rest)
		if err != nil {
			return "", err
		}
		return "card of " + p.ID + " placed", t.place(ctx, p)
	case verb == "lift" && len(words) == 1:
		return "card lifted", t.lift()
	case t.stand == nil && (verb == "scan" || verb == "plug" || verb == "unplug" || verb == "paper" || verb == "cover" || verb == "finger" || verb == "slips"):
		return "", errNoStand
	case verb == "scan" && len(words) >= 3:
		return scan(ctx, t, words[1], strings.Join(words[2:], " "))
	case (verb == "plug" || verb == "unplug") && len(words) == 2:
		return rest + " " + verb + "ged", t.stand.switchCable(verb == "plug", rest)
	case verb == "paper" && (rest == "out" || rest == "full"):
		if rest == "out" {
			t.stand.printer.LoadPaper(0)
		} else {
			t.stand.printer.FullRoll()
		}
		return "paper " + rest, nil
	case verb == "finger" && len(words) >= 2:
		return t.stand.touch(words[1:])
	case verb == "cover" && (rest == "open" || rest == "close"):
		if rest == "open" {
			t.stand.printer.OpenCover()
		} else {
			t.stand.printer.CloseCover()
		}
		return "cover: " + rest, nil
	case verb == "slips" && len(words) == 2:
		n, err := t.stand.keep(ctx, rest)
		return fmt.Sprintf("%d slips kept", n), err
	}
	return "", errors.New("want place ID, lift, scan card ID, scan insurance NUMBER, scan vaccination ID/KIND, scan text CODE, plug DEVICE, unplug DEVICE, paper out, paper full, cover open, cover close, finger NUMBER, finger dry NUMBER, finger lift or slips FOLDER")
}

// scan holds a code before the scanner: of a persona's card or vaccination
// certificate, of an insurance card with a number, or any text.
func scan(ctx context.Context, t *table, kind, what string) (string, error) {
	text := what
	switch kind {
	case "card":
		p, err := t.find(what)
		if err != nil {
			return "", err
		}
		text = p.QR()
	case "insurance":
		var err error
		if text, err = insuranceCard(what); err != nil {
			return "", err
		}
	case "vaccination":
		persona, of, _ := strings.Cut(what, "/")
		var err error
		if text, err = world.Certificate(t.dir, persona, of); err != nil {
			return "", err
		}
	case "text":
	default:
		return "", fmt.Errorf("no code of a %q; there are card, insurance, vaccination and text", kind)
	}
	return "code scanned", t.stand.show(ctx, text)
}

// touch lays a finger on the reader, or lifts it.
func (b *stand) touch(words []string) (string, error) {
	if slices.Equal(words, []string{"lift"}) {
		b.finger.Glass.Lift()
		return "finger lifted", nil
	}
	how := finger.Good
	if words[0] == "dry" {
		how, words = finger.Dry, words[1:]
	}
	if len(words) != 1 {
		return "", errors.New("want finger NUMBER, finger dry NUMBER or finger lift")
	}
	n, err := strconv.ParseUint(words[0], 10, 32)
	if err != nil {
		return "", fmt.Errorf("%q is no number of a finger", words[0])
	}
	b.finger.Glass.Lay(finger.Finger(n), how)
	return "finger laid down", nil
}

// switchCable plugs a device in, or pulls it out.
func (b *stand) switchCable(in bool, name string) error {
	c, err := b.cable(name)
	if err != nil {
		return err
	}
	if in {
		return c.Plug()
	}
	c.Unplug()
	return nil
}
