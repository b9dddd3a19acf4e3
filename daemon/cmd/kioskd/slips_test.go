package main_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"motcua/drivers/emu/world"
	"motcua/protocol/catalogue"
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// queued finds services and ids of requests in kioskd's log.
var queued = regexp.MustCompile(`"event":"queued",.*"service":"([A-Z][0-9]{2})",.*"id":"([0-9a-f-]{36})"`)

// withSlips are the ids of those requests in a log that end with a slip.
func withSlips(log string) []string {
	var ids []string
	for _, m := range queued.FindAllStringSubmatch(log, -1) {
		if svc, known := catalogue.Lookup(m[1]); known && svc.Print != catalogue.PrintNothing {
			ids = append(ids, m[2])
		}
	}
	return ids
}

// cmdScanSlip holds the so manieth slip before the scanner, as a facility would have
// printed it.
func cmdScanSlip(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 2)
	all := withSlips(ts.ReadFile(s.log("kioskd")))
	n := int(args[0][0] - '1')
	if n < 0 || n >= len(all) {
		ts.Fatalf("there are %d slips", len(all))
	}
	id, err := request.ParseID(all[n])
	ts.Check(err)
	r, err := ticket.Of(args[1], id)
	ts.Check(err)
	ts.Check(ts.Exec("emulator", "scan", "text", r.Code(), "--control", s.control()))
}

// cmdAnother makes the world's kiosk another one of its facility: with a certificate
// and a queue of its own.
func cmdAnother(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 1, 1)
	name := args[0]
	ca, caKey := authority(ts, s)
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	ts.Check(err)
	now := time.Now()
	t := envelope.DeviceTemplate(name, world.DefaultFacility, world.DefaultProvince, big.NewInt(now.UnixNano()), now.Add(-time.Hour), now.AddDate(1, 0, 0))
	der, err := x509.CreateCertificate(rand.Reader, t, ca, key.Public(), caKey)
	ts.Check(err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	ts.Check(err)
	for file, block := range map[string]*pem.Block{
		name + ".crt": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: private},
	} {
		ts.Check(os.WriteFile(filepath.Join(s.dir, "device", file), pem.EncodeToMemory(block), 0o600))
	}
	file := filepath.Join(s.dir, "kioskd.toml")
	text := strings.NewReplacer(
		world.DefaultDevice, name, "device/device.", "device/"+name+".", `"queue.db"`, `"`+name+`/queue.db"`,
	).Replace(ts.ReadFile(file))
	ts.Check(os.MkdirAll(filepath.Join(s.dir, name), 0o700))
	ts.Check(os.WriteFile(file, []byte(text), 0o600))
}

// authority is the fleet's, with its key.
func authority(ts *testscript.TestScript, s *stage) (*x509.Certificate, any) {
	read := func(name string) []byte {
		block, _ := pem.Decode([]byte(ts.ReadFile(filepath.Join(s.dir, name))))
		if block == nil {
			ts.Fatalf("%s is no PEM", name)
		}
		return block.Bytes
	}
	ca, err := x509.ParseCertificate(read("fleet/ca.crt"))
	ts.Check(err)
	key, err := x509.ParsePKCS8PrivateKey(read("fleet/ca.key"))
	ts.Check(err)
	return ca, key
}
