package main

import (
	"context"
	"fmt"
	"io"
	"text/tabwriter"

	"motcua/drivers/emu"
)

const personasHelp = `Usage: emulator personas [--keys]

Lists the invented people: what each is for, what the software should make of
the card, and what the insurance answers. With --keys also what opens the chip:
the six digits a person types and the text of the printed QR code.
`

func runPersonas(_ context.Context, args []string, s streams) int {
	f := newFlags("personas", personasHelp, s)
	keys := f.Bool("keys", false, "show what opens each chip")
	if _, code, ok := f.parse(args, 0); !ok {
		return code
	}
	all, err := emu.LoadPersonas()
	if err != nil {
		return f.fail(err)
	}
	if *keys {
		err = listKeys(s.stdout, all)
	} else {
		err = listPersonas(s.stdout, all)
	}
	if err != nil {
		return f.fail(err)
	}
	return exitOK
}

func listPersonas(w io.Writer, all []*emu.Persona) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ID\tNAME\tOPENS WITH\tVERDICT\tINSURANCE\tWHAT FOR")
	for _, p := range all {
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s %s\t%s\n",
			p.ID, p.Name, p.Expect.Access, p.Expect.Verdict, p.Insurance.Code, p.Expect.Insurance, p.Story.EN)
	}
	return t.Flush()
}

func listKeys(w io.Writer, all []*emu.Persona) error {
	for _, p := range all {
		document, birth, expiry := p.MRZKey()
		if _, err := fmt.Fprintf(w, "%s\n  digits %s\n  QR     %s\n  MRZ    %s,%s,%s\n",
			p.ID, p.CAN(), p.QR(), document, birth, expiry); err != nil {
			return err
		}
	}
	return nil
}
