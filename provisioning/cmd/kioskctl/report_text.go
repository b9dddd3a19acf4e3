package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"motcua/protocol/emrtd"
	"motcua/provisioning/cardread"
)

// writeText prints a reading for a person to read.
func writeText(w io.Writer, r *cardread.Reading, reveal bool) error {
	d := r.Document
	who := r.Identity
	if !reveal {
		who = who.Masked()
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(label, value string) {
		if value != "" {
			fmt.Fprintf(t, "%s\t%s\n", label, value)
		}
	}
	row("verdict", string(d.Trust.Verdict))
	row("because", strings.Join(reasonTexts(d.Trust.Reasons), "; "))
	for _, x := range r.Differences {
		row("differs", x.String())
	}
	row("number", who.Number)
	row("name", who.Name)
	row("born", who.Birth)
	row("sex", who.Sex)
	row("nationality", who.Nationality)
	row("expires", who.Expires)
	if reveal {
		for i, line := range d.MRZ.Lines {
			row([]string{"mrz", "", ""}[min(i, 2)], line)
		}
	}
	row("access", d.Access)
	row("chip proof", chipProof(d))
	row("signature", signature(d.Trust))
	row("issuer", issuer(d.Trust))
	row("photo", photo(d))
	row("exchanges", fmt.Sprintf("%d APDUs, %d bytes out, %d bytes in, %.2f s", d.Stats.APDUs, d.Stats.BytesOut, d.Stats.BytesIn, r.Took.Round(time.Millisecond).Seconds()))
	row("reader", r.Reader)
	return t.Flush()
}

func chipProof(d *emrtd.Document) string {
	switch a := d.ActiveAuth; {
	case a == nil:
		return "none"
	case d.Trust.ChipProof != "":
		return "active authentication, " + a.Algorithm
	case a.Valid:
		return "active authentication, " + a.Algorithm + ", by a key that the issuer did not sign"
	}
	return "false"
}

func signature(v emrtd.Verification) string {
	if v.Signature == "" {
		return "none"
	}
	return v.Signature + " over " + v.Hash
}

func issuer(v emrtd.Verification) string {
	switch {
	case v.Anchor != "":
		return "trusted authority " + v.Anchor
	case v.Has(emrtd.ReasonNoAnchors):
		return "not checked, no authority given (--trust)"
	case v.Signer != nil:
		return "not a trusted authority"
	}
	return ""
}

func photo(d *emrtd.Document) string {
	if d.DG(2) == nil {
		return "not read"
	}
	return fmt.Sprintf("%d bytes", len(d.DG(2)))
}

// reasonText says in words why a verdict is not better.
var reasonText = map[emrtd.Reason]string{
	emrtd.ReasonGroupAltered:       "data was altered after it was signed",
	emrtd.ReasonGroupUncovered:     "data is not covered by the signature",
	emrtd.ReasonDigestAltered:      "the signed list of hashes was altered",
	emrtd.ReasonSignatureFalse:     "the signature is false",
	emrtd.ReasonIssuerFalse:        "a trusted authority is named that did not sign",
	emrtd.ReasonChipProofFalse:     "the chip could not prove that it is the original",
	emrtd.ReasonSODAbsent:          "the card has no signature",
	emrtd.ReasonSODMalformed:       "the signature cannot be understood",
	emrtd.ReasonSignerAbsent:       "the signer's certificate is missing",
	emrtd.ReasonAlgorithmUnknown:   "an unknown algorithm was used",
	emrtd.ReasonGroupWithheld:      "the chip does not give data that it lists",
	emrtd.ReasonChipKeyMalformed:   "the chip's key cannot be understood",
	emrtd.ReasonChipProofRefused:   "the chip refuses to prove itself",
	emrtd.ReasonIdentityMalformed:  "the machine readable zone cannot be understood",
	emrtd.ReasonIdentityAbsent:     "the machine readable zone was not read",
	emrtd.ReasonNoAnchors:          "no issuing authority is trusted",
	emrtd.ReasonIssuerUnknown:      "no trusted authority signed the signer's certificate",
	emrtd.ReasonSignerExpired:      "the signer's certificate is not valid now",
	emrtd.ReasonIssuerExpired:      "the authority's certificate is not valid now",
	emrtd.ReasonSignerNotAllowed:   "the signer's certificate is not made for signing",
	emrtd.ReasonSignerRevoked:      "the signer's certificate was revoked",
	emrtd.ReasonSignedOutside:      "signed when the signer's key was not to be used",
	emrtd.ReasonCountryMismatch:    "document, signer and authority do not name the same state",
	emrtd.ReasonDocumentType:       "the signer may not sign documents of this type",
	emrtd.ReasonNoChipProof:        "the chip has no key to prove itself with",
	emrtd.ReasonChipProofUncovered: "the chip proved itself with a key that no trusted signature covers",
	emrtd.ReasonWeakAlgorithm:      "SHA-1 was used (note)",
	emrtd.ReasonCheckDigits:        "check digits do not fit (note)",
	emrtd.ReasonRevocationStale:    "the authority's revocation list is out of date (note)",
	emrtd.ReasonInspectionRefused:  "the chip did not accept this inspection system (note)",
}

func reasonTexts(reasons []emrtd.Reason) []string {
	texts := make([]string, len(reasons))
	for i, r := range reasons {
		if texts[i] = reasonText[r]; texts[i] == "" {
			texts[i] = string(r)
		}
	}
	return texts
}
