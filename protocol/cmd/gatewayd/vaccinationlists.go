package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"slices"
	"syscall"
	"time"

	"motcua/protocol/code/hc1"
	"motcua/protocol/gateway/vaccination"
	"motcua/protocol/signedlist"
)

const (
	// listsFor is how long a list counts, and listsFresh after how long it is signed
	// anew although nothing has changed: kiosks take one of a day.
	listsFor   = 7 * 24 * time.Hour
	listsFresh = 6 * time.Hour
	// listsEvery is how often the registry is asked for what was revoked.
	listsEvery = 5 * time.Second
)

// signLists is gatewayd vaccination lists: it signs the two lists that kiosks hold
// vaccination certificates against, of the signers in a folder and of what was revoked
// at the registry and by hand.
func signLists(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("gatewayd vaccination lists", flag.ContinueOnError)
	file := configFlag(flags)
	watch := flags.Bool("watch", false, "go on, and sign again as soon as something changes")
	ids, err := operands(flags, args)
	if err != nil {
		return err
	}
	c, err := loadConfig(*file)
	if err != nil {
		return err
	}
	m, err := openListMaker(c, ids)
	if err != nil {
		return &usageError{err: err}
	}
	signed, err := m.sign(ctx, time.Now())
	if err != nil || !*watch {
		return errors.Join(err, m.say(stdout, signed, err))
	}
	m.watch(ctx, slog.New(slog.NewJSONHandler(stderr, nil)))
	return nil
}

// listMaker signs lists with a key that nobody else needs.
type listMaker struct {
	config   vaccinationConfig
	key      ed25519.PrivateKey
	believed folder
	registry *vaccination.Registry // nil: there is none
	byHand   []string              // ids that are revoked without a registry
	country  string                // of the ids

	revocations *hc1.Revocations // as signed last; nil: none yet
	signers     [][8]byte        // key ids of those that were listed last
}

func openListMaker(c config, byHand []string) (*listMaker, error) {
	v := c.Vaccination
	if v.Key == "" || v.ListKey == "" || v.Believed == "" {
		return nil, errors.New("vaccination.key, vaccination.list_key and vaccination.believed have to be set; see gatewayd.md")
	}
	key, err := readSigningKey("vaccination.list_key", v.ListKey)
	if err != nil {
		return nil, err
	}
	m := &listMaker{config: v, key: key, believed: folder(v.Believed), byHand: byHand}
	check, err := readFile("vaccination.key", v.Key)
	if err != nil {
		return nil, err
	}
	if public, err := signedlist.ParsePublicKey(check); err != nil || !public.Equal(m.key.Public()) {
		return nil, fmt.Errorf("vaccination.key: %q is not the public half of vaccination.list_key", v.Key)
	}
	if c.Immunisation.Address != "" {
		if m.registry, err = openRegistry(c.Immunisation); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// load reads the lists that lie there: what was revoked stays so. Revocations that were
// taken away are known all the same.
func (m *listMaker) load() error {
	public, ok := m.key.Public().(ed25519.PublicKey)
	if !ok {
		return errors.New("vaccination.list_key: not Ed25519")
	}
	err := readList(m.config.Revocations, func(b []byte) (err error) {
		m.revocations, err = hc1.OpenRevocations(b, public)
		return err
	})
	if err != nil {
		return fmt.Errorf("vaccination.revocations: %q: %w", m.config.Revocations, err)
	}
	m.signers = nil
	err = readList(m.config.Signers, func(b []byte) error {
		l, _, err := hc1.OpenSigners(b, public)
		if err == nil {
			m.signers = l.KeyIDs()
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("vaccination.signers: %q: %w", m.config.Signers, err)
	}
	return nil
}

// readList reads a list that need not be there yet.
func readList(file string, open func([]byte) error) error {
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return open(b)
}

// sign signs both lists when something has changed, or when they are getting old, and
// tells whether it has. Whoever else signs them waits meanwhile, and what they have signed
// is kept.
func (m *listMaker) sign(ctx context.Context, now time.Time) (signed bool, err error) {
	lock, err := os.OpenFile(m.config.Revocations+".lock", os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, lock.Close()) }()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return false, fmt.Errorf("waiting for whoever else signs the lists: %w", err)
	}
	if err := m.load(); err != nil {
		return false, err
	}
	return m.signLocked(ctx, now)
}

func (m *listMaker) signLocked(ctx context.Context, now time.Time) (signed bool, err error) {
	certificates, err := m.certificates()
	if err != nil {
		return false, fmt.Errorf("vaccination.believed: %w", err)
	}
	ids := m.byHand
	if m.registry != nil {
		revoked, err := m.registry.Revoked(ctx)
		if err != nil {
			return false, err
		}
		ids = slices.Concat(ids, revoked)
	}
	batches, more := m.with(ids)
	old := m.revocations == nil || now.Sub(m.revocations.Issued) >= listsFresh
	if !old && !more && slices.Equal(keyIDs(certificates), m.signers) {
		return false, nil
	}
	head := signedlist.Head{Serial: 1, Issued: now.Truncate(time.Second), Expires: now.Truncate(time.Second).Add(listsFor)}
	if m.revocations != nil {
		head.Serial = m.revocations.Serial + 1
	}
	if err := m.write(head, certificates, batches); err != nil {
		return false, err
	}
	return true, m.load()
}

// certificates are the signers' in the order of their bytes; the first one's country is
// that of ids.
func (m *listMaker) certificates() ([][]byte, error) {
	all, err := m.believed.certificates()
	if err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%q holds no certificate", string(m.believed))
	}
	var out [][]byte
	for _, c := range all {
		out = append(out, c.Raw)
		if len(c.Subject.Country) != 1 || m.country != "" && c.Subject.Country[0] != m.country {
			return nil, fmt.Errorf("%q holds certificates of more than one country, or of none", string(m.believed))
		}
		m.country = c.Subject.Country[0]
	}
	slices.SortFunc(out, bytes.Compare)
	return slices.CompactFunc(out, bytes.Equal), nil
}

// keyIDs are those of certificates, in the order of their bytes.
func keyIDs(certificates [][]byte) [][8]byte {
	var all [][8]byte
	for _, c := range certificates {
		all = append(all, hc1.KeyID(c))
	}
	slices.SortFunc(all, func(a, b [8]byte) int { return bytes.Compare(a[:], b[:]) })
	return all
}

// with adds ids to what was revoked before, and tells whether one is new.
func (m *listMaker) with(ids []string) (batches []hc1.Batch, more bool) {
	had := map[hc1.Hash]bool{}
	if m.revocations != nil {
		batches = m.revocations.Batches()
	}
	for _, b := range batches {
		for _, h := range b.Hashes {
			if b.By == hc1.ByID && b.Country == m.country {
				had[h] = true
			}
		}
	}
	added := hc1.Batch{Country: m.country, By: hc1.ByID}
	for _, id := range ids {
		if h := hc1.IDHash(id); !had[h] {
			added.Hashes, had[h] = append(added.Hashes, h), true
		}
	}
	if len(added.Hashes) == 0 {
		return batches, false
	}
	return append(batches, added), true
}

// write signs and lays both lists; the revocations come last, since their number is
// that of both.
func (m *listMaker) write(head signedlist.Head, certificates [][]byte, batches []hc1.Batch) error {
	signers, err := hc1.SignSigners(head, certificates, m.key)
	if err != nil {
		return err
	}
	revocations, err := hc1.SignRevocations(head, batches, m.key)
	if err != nil {
		return err
	}
	if err := writeWhole(m.config.Signers, signers, 0o644); err != nil {
		return err
	}
	return writeWhole(m.config.Revocations, revocations, 0o644)
}

func (m *listMaker) say(stdout io.Writer, signed bool, failed error) error {
	if failed != nil {
		return nil
	}
	word := "are as they were"
	if signed {
		word = "are signed"
	}
	n := 0
	for _, b := range m.revocations.Batches() {
		n += len(b.Hashes)
	}
	_, err := fmt.Fprintf(stdout, "lists %d %s; %d certificates are revoked\n", m.revocations.Serial, word, n)
	return err
}

// watch signs again as things change, until ctx ends.
func (m *listMaker) watch(ctx context.Context, log *slog.Logger) {
	log.Info("ready", "list", m.revocations.Serial)
	tick := time.NewTicker(listsEvery)
	defer tick.Stop()
	told := ""
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		signed, err := m.sign(ctx, time.Now())
		complaint := ""
		if err != nil {
			complaint = err.Error()
		}
		if complaint != "" && complaint != told && ctx.Err() == nil {
			log.Error("the lists are as they were", "fault", complaint)
		}
		told = complaint
		if signed {
			log.Info("lists", "number", m.revocations.Serial)
		}
	}
}
