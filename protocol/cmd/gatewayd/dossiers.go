package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"sync"
	"time"

	"motcua/protocol/dossier"
	"motcua/protocol/gateway"
	"motcua/protocol/gateway/linked"
	"motcua/protocol/workday"
)

// dossiers is the command of that name: it lists linked procedures that are not at
// their end, and where they are stuck, beside a gatewayd that runs.
func dossiers(ctx context.Context, args []string, stdout, _ io.Writer) error {
	flags := flag.NewFlagSet("gatewayd dossiers", flag.ContinueOnError)
	file := configFlag(flags)
	asJSON := flags.Bool("json", false, "print JSON")
	stuck := flags.Bool("stuck", false, "only those that are stuck or held")
	if err := parse(flags, args); err != nil {
		return err
	}
	inbox, err := inboxOf(ctx, *file)
	if err != nil {
		return err
	}
	defer func() { _ = inbox.Close() }()
	calendar, err := workday.New()
	if err != nil {
		return err
	}
	all, err := linked.List(ctx, inbox, calendar, time.Now())
	if err != nil {
		return err
	}
	list := []linked.Open{}
	for _, o := range all {
		if !*stuck || len(o.Stuck) > 0 || o.Held != "" {
			list = append(list, o)
		}
	}
	if *asJSON {
		return json.NewEncoder(stdout).Encode(list)
	}
	return printDossiers(stdout, list)
}

// printDossiers writes a line for each dossier, and one for each of its legs.
func printDossiers(w io.Writer, list []linked.Open) error {
	var all []string
	for _, o := range list {
		line := fmt.Sprintf("%s %s, filed %s", o.No, o.Overall, local(o.Filed))
		if o.Hub != "" {
			line += ", at the hub " + o.Hub
		}
		if o.Held != "" {
			line += ", held: " + o.Held
		}
		all = append(all, line)
		for _, l := range o.Legs {
			all = append(all, fmt.Sprintf("  %s at %s: %s since %s%s%s", l.Procedure, l.Agency, l.State, local(l.Since), dueWords(l), stuckWords(o.Stuck, l.Procedure)))
		}
		if words := stuckWords(o.Stuck, ""); words != "" {
			all = append(all, "  "+string(linked.AgencyHub)+words)
		}
	}
	for _, line := range all {
		if _, err := fmt.Fprintln(w, line); err != nil {
			return err
		}
	}
	return nil
}

func dueWords(l dossier.Leg) string {
	switch {
	case l.State.Final():
		return ""
	case l.State == dossier.NeedsSupplement && l.Supplied.IsZero():
		return ", the citizen has until " + local(l.SupplementBy)
	case l.State == dossier.NeedsSupplement:
		return ", brought " + local(l.Supplied)
	case l.Due.IsZero():
		return ""
	}
	return ", due " + local(l.Due)
}

func stuckWords(all []linked.Stuck, leg dossier.Procedure) string {
	for _, s := range all {
		if s.Leg == leg {
			return fmt.Sprintf(", STUCK: %s since %s", s.Why, local(s.Since))
		}
	}
	return ""
}

// local is a time as offices in Viet Nam write it.
func local(t time.Time) string { return t.In(workday.Zone()).Format("2006-01-02 15:04") }

// dossierFigures counts dossiers for whoever looks, at most every countAgain.
type dossierFigures struct {
	inbox    gateway.Inbox
	calendar *workday.Calendar

	mu    sync.Mutex
	at    time.Time
	open  int
	stuck map[dossier.Agency]int
}

const countAgain = 30 * time.Second

// tell adds the figures of a centre that has a hub.
func (d *dossierFigures) tell(f *figures) {
	f.asks("motcua_gateway_dossiers", "Linked procedures that are not at their end, held ones among them; -1 when the inbox does not say.", func() int {
		open, _ := d.count()
		return open
	})
	for _, a := range []dossier.Agency{dossier.Ward, dossier.Police, dossier.SocialInsurance, linked.AgencyHub} {
		f.asksOf("motcua_gateway_dossier_legs_stuck", "Legs of linked procedures that do not go on, by the agency at which they are.", "agency", string(a), func() int {
			_, stuck := d.count()
			return stuck[a]
		})
	}
}

// count is what was counted last.
func (d *dossierFigures) count() (open int, stuck map[dossier.Agency]int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	if now.Sub(d.at) < countAgain {
		return d.open, d.stuck
	}
	ctx, cancel := context.WithTimeout(context.Background(), scrapeWithin/2)
	defer cancel()
	d.at, d.open, d.stuck = now, -1, map[dossier.Agency]int{}
	list, err := linked.List(ctx, d.inbox, d.calendar, now)
	if err != nil {
		return d.open, d.stuck
	}
	d.open = len(list)
	for _, o := range list {
		for _, s := range o.Stuck {
			d.stuck[s.Agency]++
		}
	}
	return d.open, d.stuck
}
