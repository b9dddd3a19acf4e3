package catalogue_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"motcua/protocol/catalogue"
)

var update = flag.Bool("update", false, "write what is generated in docs anew")

// golden holds a file of docs equal to text.
func golden(t *testing.T, file, text string) {
	t.Helper()
	file = filepath.Join("..", "..", "docs", file)
	if *update {
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile(file); err != nil || string(got) != text {
		t.Errorf("%s is not what the catalogue says (%v): go test ./protocol/catalogue -update", file, err)
	}
}

// TestDocumented keeps the tables of docs/services.md equal to the catalogue.
func TestDocumented(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "services.md"))
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "-update writes it -->\n", "<!-- end of services -->"
	head, rest, ok := strings.Cut(string(page), begin)
	_, tail, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatal("docs/services.md has no place for the services")
	}
	golden(t, "services.md", head+begin+servicesTable()+end+tail)
}

func servicesTable() string {
	var b strings.Builder
	b.WriteString("\n| id | Vietnamese | English | evidence | who | offline | flow | a kiosk offers it | prints | key |\n|---|---|---|---|---|---|---|---|---|---|\n")
	for _, s := range catalogue.Services() {
		offered := "not yet"
		if s.Ready {
			offered = "**yes**"
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n",
			s.ID, s.Name.VI, s.Name.EN, demanded(s), who(s.Demand), offline(s), s.Flow, offered, printed(s), key(s))
	}
	b.WriteString("\n")
	return b.String()
}

func demanded(s catalogue.Service) string {
	all := []string{string(s.Evidence)}
	for _, a := range s.Acts {
		all = append(all, fmt.Sprintf("(%s %s: %s, %s)", a.Field, a.Choice, a.Demand.Evidence, who(a.Demand)))
	}
	return strings.Join(all, " ")
}

func who(d catalogue.Demand) string {
	if d.Duty {
		return string(d.Role) + ", on duty"
	}
	return string(d.Role)
}

func offline(s catalogue.Service) string {
	if s.Fresh == 0 {
		return string(s.Offline)
	}
	return fmt.Sprintf("%s, at most %.0f h old", s.Offline, s.Fresh.Hours())
}

func printed(s catalogue.Service) string {
	if s.Print == catalogue.PrintNothing {
		return "–"
	}
	return string(s.Print)
}

func key(s catalogue.Service) string {
	var parts []string
	for _, k := range s.Key {
		parts = append(parts, string(k))
	}
	if parts == nil {
		return "–"
	}
	return strings.Join(parts, ", ")
}
