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
	"motcua/protocol/code/ticket"
	"motcua/protocol/envelope"
	"motcua/protocol/request"
)

// queued finds the ids of check-ins in kioskd's log.
var queued = regexp.MustCompile(`"event":"queued",.*"service":"H01",.*"id":"([0-9a-f-]{36})"`)

// cmdScanSlip holds the slip of the so manieth check-in before the scanner, as a
// facility would have printed it.
func cmdScanSlip(ts *testscript.TestScript, s *stage, args []string) {
	need(ts, args, 2, 2)
	all := queued.FindAllStringSubmatch(ts.ReadFile(s.log("kioskd")), -1)
	n := int(args[0][0] - '1')
	if n < 0 || n >= len(all) {
		ts.Fatalf("there are %d check-ins", len(all))
	}
	id, err := request.ParseID(all[n][1])
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
