package bhyt_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"motcua/protocol/gateway/bhyt"
)

func TestOfficers(t *testing.T) {
	o := openOfficers(t, officersFile)
	for _, c := range []struct {
		facility, ref, name string
	}{
		{"h001", "op-1", officerName}, {"h001", "", officerName}, {"h002", "op-2", "LÊ THỊ MỚI"}, {"h002", "", ""}, {"h001", "op-9", ""},
	} {
		if r, found, err := o.Of(c.facility, c.ref); r.Name != c.name || found != (c.name != "") || err != nil {
			t.Errorf("%s %q: found %v, %v", c.facility, c.ref, found, err)
		}
	}
}

// TestOfficersChange: a new file counts at once; a bad one leaves the officers as they
// were.
func TestOfficersChange(t *testing.T) {
	file := writeOfficers(t, officersFile, 0o600)
	o, err := bhyt.OpenOfficers(file)
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range []struct {
		text  string
		name  string
		fault bool
	}{
		{strings.ReplaceAll(officersFile, officerName, "ĐẶNG HẢI SƠN BA"), "ĐẶNG HẢI SƠN BA", false},
		{"[officer.op-1]\nname = 3", "ĐẶNG HẢI SƠN BA", true},
		{officersFile, officerName, false},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(file, time.Time{}, now().Add(time.Duration(i)*time.Second)); err != nil {
			t.Fatal(err)
		}
		if r, found, err := o.Of("h001", "op-1"); !found || r.Name != c.name || (err != nil) != c.fault {
			t.Errorf("file %d: found %v, %v", i, found, err)
		}
	}
}

// TestBadOfficers: what is wrong is said without naming anybody.
func TestBadOfficers(t *testing.T) {
	for story, text := range map[string]string{
		"unknown key":      officersFile + "\n[officer.op-4]\nname = \"" + officerName + "\"\nnumber = \"" + officerNumber + "\"\nemail = \"x\"\n",
		"a short number":   "[officer.op-1]\nname = \"" + officerName + "\"\nnumber = \"09908500000\"\n",
		"no name":          "[officer.op-1]\nnumber = \"" + officerNumber + "\"\n",
		"a broken line":    "[officer.op-1]\nname = \"" + officerName + "\nnumber = \"" + officerNumber + "\"\n",
		"default of none":  "[facility.h001]\ndefault = \"op-1\"\n",
		"not UTF-8":        "[officer.op-1]\nname = \"\xff\"\n",
		"name of a number": "[officer.op-1]\nname = 1\nnumber = \"" + officerNumber + "\"\n",
	} {
		_, err := bhyt.OpenOfficers(writeOfficers(t, text, 0o600))
		if err == nil {
			t.Errorf("%s: taken", story)
			continue
		}
		if s := err.Error(); strings.Contains(s, officerNumber) || strings.Contains(s, "SƠN") || strings.Contains(s, "0990850") {
			t.Errorf("%s: %v", story, err)
		}
	}
	if _, err := bhyt.OpenOfficers(writeOfficers(t, officersFile, 0o640)); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Errorf("a file that the group reads: %v", err)
	}
	if _, err := bhyt.OpenOfficers("/nowhere/officers.toml"); err == nil {
		t.Error("no file")
	}
}
