// Bench turns the output of "go test -bench Budget" into build/bench.json and a
// table for people: each figure beside its peer or limit from the same run.
//
// A row is a sub-benchmark of BenchmarkBudget, named as in the design's table of
// budgets. It reports up to three metrics:
//
//	figure:<unit>       what was measured
//	against:<what>      a peer's figure for the same work, in the same unit
//	budget:ratio-max    the greatest allowed figure/against
//	budget:ratio-min    the least allowed figure/against
//	budget:min          the least allowed figure
//	budget:<other>      the greatest allowed figure
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
)

type row struct {
	Name         string  `json:"name"`
	Value        float64 `json:"value"`
	Unit         string  `json:"unit"`
	Against      string  `json:"against"`
	AgainstValue float64 `json:"against_value"`
	Ratio        float64 `json:"ratio"`
	Budget       string  `json:"budget"`
	Within       bool    `json:"within"`
}

func main() {
	out := flag.String("o", "build/bench.json", "where to write the rows")
	flag.Parse()
	if err := run(os.Stdin, os.Stdout, *out); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(in io.Reader, table io.Writer, out string) error {
	rows, failed, err := parse(in, table)
	if err != nil {
		return err
	}
	if failed != "" {
		return fmt.Errorf("a benchmark failed: %s", failed)
	}
	if len(rows) == 0 {
		return fmt.Errorf("no BenchmarkBudget rows in the input")
	}
	slices.SortFunc(rows, func(a, b row) int { return strings.Compare(a.Name, b.Name) })
	b, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(out, append(b, '\n'), 0o644); err != nil {
		return err
	}
	return print(table, rows)
}

// processors is the suffix that go test adds to a benchmark's name.
var processors = regexp.MustCompile(`-\d+$`)

func parse(in io.Reader, echo io.Writer) (rows []row, failed string, err error) {
	for s := bufio.NewScanner(in); s.Scan(); err = s.Err() {
		line := s.Text()
		if strings.HasPrefix(line, "FAIL") || strings.HasPrefix(line, "--- FAIL") || strings.HasPrefix(line, "panic:") {
			failed = line
		}
		name, isRow := strings.CutPrefix(line, "BenchmarkBudget/")
		fields := strings.Fields(name)
		if !isRow || len(fields) < 4 {
			if failed != "" {
				fmt.Fprintln(echo, line)
			}
			continue
		}
		r, err := parseRow(processors.ReplaceAllString(fields[0], ""), fields[2:])
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", line, err)
		}
		rows = append(rows, r)
	}
	return rows, failed, err
}

func parseRow(name string, metrics []string) (row, error) {
	r := row{Name: name}
	kind, budget := "", 0.0
	for i := 0; i+1 < len(metrics); i += 2 {
		value, err := strconv.ParseFloat(metrics[i], 64)
		if err != nil {
			return row{}, err
		}
		what, detail, _ := strings.Cut(metrics[i+1], ":")
		switch what {
		case "figure":
			r.Value, r.Unit = value, detail
		case "against":
			r.Against, r.AgainstValue = detail, value
		case "budget":
			kind, budget = detail, value
		}
	}
	if r.Unit == "" {
		return row{}, fmt.Errorf("no figure")
	}
	if kind == "" && r.Against == "" {
		return row{}, fmt.Errorf("neither a peer nor a limit")
	}
	if r.Against == "" {
		r.Against, r.AgainstValue = "budget", budget
	}
	if r.AgainstValue != 0 {
		r.Ratio = r.Value / r.AgainstValue
	}
	r.judge(kind, budget)
	return r, nil
}

// judge fills in Budget and Within.
func (r *row) judge(kind string, budget float64) {
	b := strconv.FormatFloat(budget, 'g', -1, 64)
	switch kind {
	case "":
		r.Budget, r.Within = "none", true
	case "ratio-max":
		r.Budget, r.Within = "≤ "+b+" × "+r.Against, r.Ratio <= budget
	case "ratio-min":
		r.Budget, r.Within = "≥ "+b+" × "+r.Against, r.Ratio >= budget
	case "min":
		r.Budget, r.Within = "≥ "+b+" "+r.Unit, r.Value >= budget
	default:
		r.Budget, r.Within = "≤ "+b+" "+r.Unit, r.Value <= budget
	}
}

func print(w io.Writer, rows []row) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "figure\tvalue\tagainst\tratio\tbudget\twithin")
	for _, r := range rows {
		fmt.Fprintf(tw, "%s\t%.4g %s\t%.4g %s\t%.3f\t%s\t%v\n", r.Name, r.Value, r.Unit, r.AgainstValue, r.Against, r.Ratio, r.Budget, r.Within)
	}
	return tw.Flush()
}
