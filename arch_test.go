// Package motcua_test holds the rules that span the whole tree: which package
// may import which, where a library has its single home, and what no package
// may touch. The table is the map of the project; see ARCHITECTURE.md for the
// picture.
package motcua_test

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"golang.org/x/mod/modfile"
)

const module = "motcua"

// layer says what packages matching Pattern may import of this module. The
// first layer that matches a package is the one that counts. "dir/..." matches
// dir and everything below it.
type layer struct {
	Pattern string
	May     []string
	Why     string
}

var layers = []layer{
	{"protocol/apdu", nil, "the bottom of every card"},
	{"protocol/tlv", nil, "a codec"},
	{"protocol/mrz", nil, "a codec"},
	{"protocol/jpeg2000", nil, "a codec"},
	{"protocol/montgomery", nil, "arithmetic"},
	{"protocol/ec", []string{"protocol/montgomery"}, "arithmetic"},
	{"protocol/modp", []string{"protocol/montgomery"}, "arithmetic"},
	{"protocol/group", []string{"protocol/ec", "protocol/modp"}, "curves and prime fields behind one type"},
	{"protocol/fault", nil, "a vocabulary"},
	{"protocol/vectors", nil, "data"},
	{"protocol/notosans", nil, "data"},
	{"protocol/personal/...", nil, "how values mask themselves, whatever they hold"},
	{"protocol/wire", nil, "a vocabulary"},
	{"protocol/local", []string{"protocol/fault"}, "messages between kioskd and its screens"},
	{"protocol/workday", nil, "which days offices work"},
	{"protocol/dossier", []string{"protocol/workday"}, "what becomes of linked procedures, by what agencies say"},
	{"protocol/catalogue", []string{"protocol/request"}, "the services as data"},
	{"protocol/catalogue/cataloguetest", []string{"protocol/catalogue", "protocol/request"}, "fills forms in, for tests"},
	{"protocol/anomaly", []string{"protocol/catalogue", "protocol/workday"}, "rules about what was seen, without anybody's name"},
	{"protocol/schematest", nil, "reads JSON Schema, for tests"},
	{"protocol/checkin", []string{"protocol/personal", "protocol/request", "protocol/workday"}, "a record of the hospital's, without the way to it"},
	{"protocol/insurance", []string{"protocol/catalogue", "protocol/request"}, "the insurer's result codes as data"},
	{"protocol/arrival", []string{"protocol/catalogue", "protocol/request"}, "outcomes of arrivals as data"},
	{"protocol/der", []string{"protocol/tlv"}, "a codec"},
	{"protocol/pki", []string{"protocol/der", "protocol/tlv", "protocol/ec"}, "certificates and signed data know no chip"},
	{"protocol/signedlist", nil, "a codec of what the provisioner signs"},
	{"protocol/pki/pkitest", []string{"protocol/ec", "protocol/tlv"}, "issues what protocol/pki reads, for tests"},
	{"protocol/trustbundle", []string{"protocol/pki", "protocol/signedlist"}, "how authorities reach a device"},
	{"protocol/roster", []string{"protocol/signedlist", "protocol/personal"}, "a codec of who may be on duty"},
	{"protocol/approval", []string{"protocol/request", "protocol/signedlist"}, "a codec of what approvers sign"},
	{"protocol/opendata", nil, "counts, and which of them may be published"},
	{"protocol/cvc", []string{"protocol/tlv", "protocol/ec"}, "certificates for chips know no chip"},
	{"protocol/emrtd/lds", []string{"protocol/tlv", "protocol/mrz"}, "the contents of files know no chip"},
	{"protocol/emrtd", []string{"protocol/apdu", "protocol/tlv", "protocol/cvc", "protocol/der", "protocol/emrtd/lds", "protocol/mrz", "protocol/ec", "protocol/group", "protocol/pki"}, "a terminal speaks over a Transmitter, it never opens one"},
	{"protocol/emrtd/portrait", []string{"protocol/emrtd", "protocol/emrtd/lds", "protocol/jpeg2000"}, "a decoder sees signed pictures only"},
	{"protocol/cccd", []string{"protocol/emrtd", "protocol/emrtd/lds", "protocol/mrz", "protocol/personal", "protocol/tlv"}, "only what the Vietnamese card adds"},
	{"protocol/code/ascii", nil, "sets of characters"},
	{"protocol/code/vietqr", []string{"protocol/code/ascii", "protocol/personal"}, "a codec"},
	{"protocol/code/own", []string{"protocol/code/ascii"}, "what our own codes have in common"},
	{"protocol/code/birthfile", []string{"protocol/code/ascii", "protocol/code/own"}, "a token of the centre's"},
	{"protocol/code/appointment", []string{"protocol/code/ascii", "protocol/code/own", "protocol/wire"}, "a hospital's number and a facility's name"},
	{"protocol/code/ticket", []string{"protocol/code/ascii", "protocol/code/own", "protocol/request", "protocol/wire"}, "a reference made of a request's id and a facility's name"},
	{"protocol/code/bhyt", []string{"protocol/code/ascii", "protocol/personal", "protocol/emrtd/lds"}, "a codec; names are made fit to be shown as those of a chip"},
	{"protocol/code/pccovid", []string{"protocol/code/ascii", "protocol/personal"}, "a codec"},
	{"protocol/code/hc1", []string{"protocol/code/ascii", "protocol/personal", "protocol/emrtd/lds", "protocol/mrz", "protocol/cccd", "protocol/signedlist"}, "certificates are held against signed lists and against the person of a chip"},
	{"protocol/code", []string{"protocol/code/...", "protocol/cccd", "protocol/personal"}, "knows every code by its own package"},
	{"protocol/immunisation", []string{"protocol/personal", "protocol/request", "protocol/signedlist"}, "records and seals, without the way to the registry"},
	{"protocol/detcbor", nil, "a codec"},
	{"protocol/request", []string{"protocol/fault", "protocol/detcbor"}, "fields and bytes, no keys"},
	{"protocol/envelope", []string{"protocol/request", "protocol/fault", "protocol/der", "protocol/detcbor"}, "sealing and signing"},
	{"protocol/handover", []string{"protocol/request", "protocol/envelope"}, "a folder that carries requests, read through fs.FS"},
	{"protocol/gateway/...", []string{"protocol/..."}, "the far end knows no device"},
	{"protocol/simcentral/...", []string{"protocol/..."}, "simulators of the far end"},
	{"protocol/cmd/...", []string{"protocol/..."}, "mains of the centre"},
	{"drivers", []string{"protocol/apdu", "protocol/personal"}, "interfaces and events"},
	{"drivers/drivertest", []string{"drivers", "protocol/apdu"}, "conformance suites know interfaces only"},
	{"drivers/drivertest/tape", []string{"drivers/emu/line"}, "what was said on a line, whatever the device"},
	{"drivers/pcsc", []string{"drivers", "protocol/apdu"}, "a driver moves bytes, it does not know what they mean"},
	{"drivers/board", []string{"drivers"}, "lamps and switches, without a view of what they are for"},
	{"drivers/printer", []string{"drivers", "drivers/printer/ticket", "drivers/uart"}, "sends pictures, and knows how a printer is"},
	{"drivers/printer/ticket", []string{"drivers", "protocol/notosans"}, "sets a picture, knows no printer"},
	{"drivers/uart", []string{"drivers"}, "the machine's serial ports"},
	{"drivers/supervisor", []string{"drivers"}, "keeps any device attached, whatever it is"},
	{"drivers/finger", []string{"drivers", "drivers/uart"}, "modules on a serial line; it keeps no template and knows nobody's name"},
	{"drivers/qr", []string{"drivers", "drivers/uart"}, "bytes of codes, without a view of what they mean"},
	{"drivers/token", []string{"drivers"}, "has a token sign, without a view of what it signs"},
	{"drivers/rig", nil, "starts other programs"},
	{"drivers/emu/...", []string{"drivers/...", "protocol/..."}, "device sides of the protocols"},
	{"drivers/cmd/...", []string{"drivers/...", "protocol/..."}, "mains of emulators"},
	{"daemon/config", []string{"protocol/...", "drivers", "daemon/wholefile"}, "a leaf"},
	{"daemon/wholefile", nil, "reads and writes a file"},
	{"daemon/habits", []string{"protocol/...", "daemon/wholefile"}, "memory of cards, without a reader"},
	{"daemon/clock", []string{"protocol/request", "daemon/wholefile"}, "judges the time, knows nobody who tells it"},
	{"daemon/seal", nil, "one file"},
	{"daemon/nonces", []string{"protocol/request", "daemon/wholefile"}, "a pool on the disk"},
	{"daemon/leases", []string{"protocol/request", "daemon/wholefile"}, "a pool on the disk"},
	{"daemon/vaxsession", []string{"protocol/request", "daemon/wholefile"}, "a session and its batches on the disk, without a visit"},
	{"daemon/documents", []string{"protocol/...", "daemon/wholefile"}, "what the centre signs for everybody, without the way it comes"},
	{"daemon/sign", []string{"protocol/...", "daemon/wholefile"}, "keys"},
	{"daemon/trust", []string{"protocol/...", "daemon/wholefile"}, "anchors"},
	{"daemon/outbox", []string{"protocol/..."}, "storage knows neither network nor people"},
	{"daemon/audit", []string{"protocol/..."}, "what happened, in words and digests, without network or people"},
	{"daemon/uplink", []string{"protocol/...", "daemon/outbox"}, "the link knows no visit"},
	{"daemon/devices", []string{"protocol/...", "drivers", "drivers/board", "drivers/supervisor", "daemon/config"}, "keeps devices attached by drivers that it is given"},
	{"daemon/duty", []string{"protocol/...", "drivers", "daemon/wholefile"}, "officers by reference and the templates of their fingers, without reader or screen"},
	{"daemon/metrics", []string{"protocol/...", "drivers", "daemon/outbox", "daemon/uplink"}, "figures that the parts know; a visit tells its own"},
	{"daemon/localapi", []string{"protocol/..."}, "a door, without a view of what is inside"},
	{"daemon/session", []string{"protocol/...", "drivers"}, "a visit knows devices, queue and link by its own small interfaces"},
	{"daemon/cmd/...", []string{"protocol/...", "drivers/...", "daemon/..."}, "wiring"},
	{"kiosk/text", []string{"protocol/fault"}, "catalogues of texts"},
	{"kiosk/model", []string{"kiosk/text", "protocol/local", "protocol/fault", "protocol/catalogue"}, "pure: what is shown"},
	{"kiosk/scene", []string{"kiosk/model", "kiosk/text", "protocol/notosans"}, "pure: where it is shown"},
	{"kiosk/raster", []string{"kiosk/model", "kiosk/scene", "kiosk/text"}, "pure: how it looks"},
	{"kiosk/link", []string{"protocol/local", "protocol/fault"}, "the way to kioskd"},
	{"kiosk/...", []string{"kiosk/...", "protocol/local", "protocol/fault", "protocol/catalogue"}, "the screen talks to kioskd's socket and to nothing else"},
	{"provisioning/handover", []string{"protocol/...", "daemon/outbox", "daemon/audit"}, "reads queue and audit log beside kioskd, and settles when kioskd is stopped, by the queue's own rules"},
	{"provisioning/cmd/...", []string{"provisioning/...", "protocol/...", "drivers/...", "daemon/config", "daemon/trust", "daemon/outbox", "daemon/audit", "daemon/sign"}, "tools for technicians; the readers of queue and audit log, and the key that signs what is carried to the centre"},
	{"provisioning/...", []string{"provisioning/...", "protocol/...", "drivers/...", "daemon/config", "daemon/trust"}, "tools for technicians"},
}

// homes lists libraries that only one place may import, test files apart.
var homes = []struct {
	Library string // import path prefix
	Home    []string
}{
	{"github.com/ebfe/scard", []string{"drivers/pcsc"}},
	{"github.com/miekg/pkcs11", []string{"drivers/token"}},
	{"periph.io/x/host/v3", []string{"drivers/board", "drivers/qr"}},
	{"github.com/eclipse/paho.mqtt.golang", []string{"daemon/uplink"}},
	{"github.com/hajimehoshi/ebiten/v2", []string{"kiosk/screen"}},
	{"modernc.org/sqlite", []string{"daemon/outbox", "protocol/gateway/..."}},
	{"github.com/nats-io", []string{"protocol/cmd/gatewayd"}},
	{"os/exec", []string{"drivers/rig", "protocol/gateway/gatewaytest"}},
	{"github.com/jackc/pgx", []string{"protocol/gateway/inboxpg"}},
	{"github.com/prometheus", []string{"daemon/metrics", "protocol/cmd/gatewayd"}},
	{"testing", []string{"drivers/drivertest/...", "drivers/rig", "protocol/gateway/gatewaytest", "protocol/pki/pkitest"}},
	{module + "/protocol/vectors", []string{"drivers/emu/..."}},
}

// pure lists packages that take bytes, a random source and a clock value and
// never open, log, sleep or ask what time it is.
var pure = struct{ Of, But []string }{
	Of:  []string{"protocol/...", "kiosk/model", "kiosk/scene"},
	But: []string{"protocol/gateway/...", "protocol/simcentral/...", "protocol/cmd/..."},
}

var impure = []string{"os", "net", "net/http", "log", "math/rand", "math/rand/v2", "unsafe", "syscall", "os/exec", "os/signal"}

var clockCalls = []string{"Now", "Since", "Until", "Sleep", "After", "Tick", "NewTimer", "NewTicker", "AfterFunc"}

var badNames = []string{"util", "utils", "common", "helpers", "helper", "misc", "types", "shared", "base"}

// shipped programs must not carry what stands in for hardware, nor test code.
var shipped = []struct {
	Program string
	Never   []string
}{
	{"daemon/cmd/kioskd", []string{module + "/drivers/emu", module + "/drivers/rig", module + "/drivers/drivertest", "testing", "github.com/hajimehoshi/ebiten/v2"}},
	// "testing" is not in this row: ebiten's X library links it. No package of
	// ours that kiosk links may import it, see homes.
	{"kiosk/cmd/kiosk", []string{module + "/daemon", module + "/drivers"}},
}

// goPackage is what these rules need of go list's answer.
type goPackage struct {
	ImportPath, Name, Doc, Dir string
	GoFiles, CgoFiles          []string
	Imports, Deps              []string
	XTestGoFiles, TestGoFiles  []string
}

// rel is the package's path inside the module; the root is ".".
func (p goPackage) rel() string {
	if p.ImportPath == module {
		return "."
	}
	return strings.TrimPrefix(p.ImportPath, module+"/")
}

func listPackages(t *testing.T, dir string) []goPackage {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Name,Doc,Dir,GoFiles,CgoFiles,Imports,Deps,XTestGoFiles,TestGoFiles", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOWORK=off", "GOPROXY=off")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []goPackage
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p goPackage
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

func matches(pattern, pkg string) bool {
	if dir, below := strings.CutSuffix(pattern, "/..."); below {
		return pkg == dir || strings.HasPrefix(pkg, dir+"/")
	}
	return pkg == pattern
}

func matchesAny(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return matches(p, pkg) })
}

// under tells whether an import path is prefix or lies below it.
func under(importPath, prefix string) bool {
	return importPath == prefix || strings.HasPrefix(importPath, prefix+"/")
}

// violations applies every rule to every package and says what is wrong.
func violations(pkgs []goPackage) []string {
	var bad []string
	for _, p := range pkgs {
		if p.rel() == "." && len(p.GoFiles) == 0 {
			continue // this file
		}
		bad = append(bad, checkLayer(p)...)
		bad = append(bad, checkHomes(p)...)
		bad = append(bad, checkPure(p)...)
		bad = append(bad, checkNames(p)...)
		bad = append(bad, checkShipped(p)...)
	}
	return bad
}

func checkLayer(p goPackage) (bad []string) {
	i := slices.IndexFunc(layers, func(l layer) bool { return matches(l.Pattern, p.rel()) })
	if i < 0 {
		return []string{p.rel() + ": no layer in arch_test.go names this package"}
	}
	l := layers[i]
	for _, imp := range p.Imports {
		in, ours := strings.CutPrefix(imp, module+"/")
		if !ours || matchesAny(l.May, in) {
			continue
		}
		bad = append(bad, fmt.Sprintf("%s: imports %s (%s: %s)", p.rel(), in, l.Pattern, l.Why))
	}
	return bad
}

func checkHomes(p goPackage) (bad []string) {
	for _, h := range homes {
		if matchesAny(h.Home, p.rel()) || strings.HasPrefix(module+"/"+p.rel(), h.Library) {
			continue
		}
		for _, imp := range p.Imports {
			if under(imp, h.Library) {
				bad = append(bad, fmt.Sprintf("%s: imports %s, whose home is %s", p.rel(), imp, strings.Join(h.Home, ", ")))
			}
		}
	}
	return bad
}

func checkPure(p goPackage) (bad []string) {
	if !matchesAny(pure.Of, p.rel()) || matchesAny(pure.But, p.rel()) {
		return nil
	}
	for _, imp := range p.Imports {
		if slices.Contains(impure, imp) {
			bad = append(bad, fmt.Sprintf("%s: imports %s, but must stay pure", p.rel(), imp))
		}
	}
	for _, call := range clockUses(p) {
		bad = append(bad, fmt.Sprintf("%s: calls %s, but must be given the time", p.rel(), call))
	}
	return bad
}

// clockUses finds uses of the machine's clock in a package's files.
func clockUses(p goPackage) (found []string) {
	for _, name := range p.GoFiles {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			return []string{err.Error()}
		}
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == "time" && slices.Contains(clockCalls, sel.Sel.Name) {
				found = append(found, "time."+sel.Sel.Name)
			}
			return true
		})
	}
	return found
}

func checkNames(p goPackage) (bad []string) {
	if len(p.GoFiles)+len(p.CgoFiles) > 0 && p.Doc == "" {
		bad = append(bad, p.rel()+": has no package comment")
	}
	if slices.Contains(badNames, p.Name) || slices.Contains(badNames, path.Base(p.ImportPath)) {
		bad = append(bad, p.rel()+": a package is named for what it owns")
	}
	return bad
}

func checkShipped(p goPackage) (bad []string) {
	for _, s := range shipped {
		if p.rel() != s.Program {
			continue
		}
		for _, dep := range p.Deps {
			for _, never := range s.Never {
				if under(dep, never) {
					bad = append(bad, fmt.Sprintf("%s: links %s", p.rel(), dep))
				}
			}
		}
	}
	return bad
}

// checkModule holds go.mod to exact published versions.
func checkModule(name string, data []byte) (bad []string) {
	f, err := modfile.Parse(name, data, nil)
	if err != nil {
		return []string{err.Error()}
	}
	for _, r := range f.Replace {
		bad = append(bad, fmt.Sprintf("%s: replaces %s", name, r.Old.Path))
	}
	return bad
}

// checkTop holds the top of the tree to the folders that the design names.
func checkTop(entries []string) (bad []string) {
	allowed := []string{
		"daemon", "drivers", "kiosk", "protocol", "provisioning", "images", "docs", "build",
		"go.mod", "go.sum", "Makefile", "README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "LICENSE", "arch_test.go",
	}
	for _, e := range entries {
		if !strings.HasPrefix(e, ".") && !slices.Contains(allowed, e) {
			bad = append(bad, e+": does not belong at the top of the tree")
		}
	}
	return bad
}

// TestArchitecture applies the rules to this tree.
func TestArchitecture(t *testing.T) {
	pkgs := listPackages(t, ".")
	for _, v := range violations(pkgs) {
		t.Error(v)
	}
	for _, l := range layers {
		if !slices.ContainsFunc(pkgs, func(p goPackage) bool { return matches(l.Pattern, p.rel()) }) {
			t.Errorf("the rule for %s matches no package: remove it", l.Pattern)
		}
	}
	mod, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range checkModule("go.mod", mod) {
		t.Error(v)
	}
	top, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range top {
		names = append(names, e.Name())
	}
	for _, v := range checkTop(names) {
		t.Error(v)
	}
}

// TestRulesFindPlantedViolations proves that each rule can fail: a small tree
// with one violation of each kind must yield exactly the findings listed in it.
func TestRulesFindPlantedViolations(t *testing.T) {
	planted, err := txtar.ParseFile(".ci/testdata/planted.txtar")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	var want []string
	for _, f := range planted.Files {
		if f.Name == "want" {
			want = strings.Split(strings.TrimSpace(string(f.Data)), "\n")
			continue
		}
		name := filepath.Join(dir, f.Name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got := violations(listPackages(t, dir))
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, checkModule("go.mod", mod)...)
	got = append(got, checkTop([]string{"protocol", "scripts"})...)
	slices.SortFunc(got, cmp.Compare)
	slices.SortFunc(want, cmp.Compare)
	if !slices.Equal(got, want) {
		t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestLinks follows every link between the project's pages.
func TestLinks(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#]+)(#[^)]*)?\)`)
	checked := 0
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (name == ".git" || name == "build") {
			return fs.SkipDir
		}
		if filepath.Ext(name) != ".md" {
			return nil
		}
		page, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		for _, m := range link.FindAllStringSubmatch(string(page), -1) {
			if strings.Contains(m[1], "://") {
				continue
			}
			checked++
			if _, err := os.Stat(filepath.Join(filepath.Dir(name), m[1])); err != nil {
				t.Errorf("%s: links to %s, which is not there", name, m[1])
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if checked == 0 {
		t.Error("no link was found: the test looks in the wrong place")
	}
}
