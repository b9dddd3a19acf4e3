package main

import "motcua/protocol/emrtd"

// words say to a technician what a reason means and what to do about it.
type words struct{ means, todo string }

// The same advice for reasons that call for the same.
const (
	adviceOfficer   = "keep the card and call the duty officer"
	adviceDoubt     = "ask the duty officer before relying on the card"
	adviceIssuer    = "nothing here; the card's issuer has to look at it"
	adviceAuthority = "provision the authority's certificates and revocation lists as they are now"
	adviceProvision = "provision the certificate of the authority that issued the card (--trust)"
	adviceAgain     = "read once more, the card flat and still; if it stays, the card's issuer has to look at it"
	adviceProgram   = "report it with the output of --json: this program does not know all that the card uses"
	adviceNothing   = "nothing"
)

// reasonWords says in words why a verdict is not better.
var reasonWords = map[emrtd.Reason]words{
	emrtd.ReasonGroupAltered:       {"data was altered after it was signed", adviceOfficer},
	emrtd.ReasonGroupUncovered:     {"data is not covered by the signature", adviceOfficer},
	emrtd.ReasonDigestAltered:      {"the signed list of hashes was altered", adviceOfficer},
	emrtd.ReasonSignatureFalse:     {"the signature is false", adviceOfficer},
	emrtd.ReasonIssuerFalse:        {"a trusted authority is named that did not sign", adviceOfficer},
	emrtd.ReasonChipProofFalse:     {"the chip could not prove that it is the original", adviceOfficer + ": it may be a copy"},
	emrtd.ReasonSODAbsent:          {"the card has no signature", "nothing; what is on such a card cannot be believed"},
	emrtd.ReasonSODMalformed:       {"the signature cannot be understood", adviceAgain},
	emrtd.ReasonSignerAbsent:       {"the signer's certificate is missing", adviceIssuer},
	emrtd.ReasonAlgorithmUnknown:   {"an unknown algorithm was used", adviceProgram},
	emrtd.ReasonGroupWithheld:      {"the chip does not give data that it lists", adviceAgain},
	emrtd.ReasonChipKeyMalformed:   {"the chip's key cannot be understood", adviceProgram},
	emrtd.ReasonChipProofRefused:   {"the chip refuses to prove itself", adviceAgain},
	emrtd.ReasonIdentityMalformed:  {"the machine readable zone cannot be understood", adviceProgram},
	emrtd.ReasonIdentityAbsent:     {"the machine readable zone was not read", adviceAgain},
	emrtd.ReasonNoAnchors:          {"no issuing authority is trusted", adviceProvision},
	emrtd.ReasonIssuerUnknown:      {"no trusted authority signed the signer's certificate", adviceProvision},
	emrtd.ReasonSignerExpired:      {"the signer's certificate is not valid now", "check the clock of this machine; if it is right, the card has run out"},
	emrtd.ReasonIssuerExpired:      {"the authority's certificate is not valid now", "check the clock of this machine; if it is right, " + adviceAuthority},
	emrtd.ReasonSignerNotAllowed:   {"the signer's certificate is not made for signing", adviceIssuer},
	emrtd.ReasonSignerRevoked:      {"the signer's certificate was revoked", adviceDoubt + ": its authority does not stand by the signature any more"},
	emrtd.ReasonSignedOutside:      {"signed when the signer's key was not to be used", adviceDoubt},
	emrtd.ReasonCountryMismatch:    {"document, signer and authority do not name the same state", adviceDoubt},
	emrtd.ReasonDocumentType:       {"the signer may not sign documents of this type", adviceDoubt},
	emrtd.ReasonNoChipProof:        {"the chip has no key to prove itself with", "compare the card with its holder: a copy of such a chip cannot be told from it"},
	emrtd.ReasonChipProofUncovered: {"the chip proved itself with a key that no trusted signature covers", adviceProvision},
	emrtd.ReasonWeakAlgorithm:      {"SHA-1 was used (note)", adviceNothing},
	emrtd.ReasonCheckDigits:        {"check digits do not fit (note)", "compare the printed zone with the card's data"},
	emrtd.ReasonRevocationStale:    {"the authority's revocation list is out of date (note)", adviceAuthority},
	emrtd.ReasonInspectionRefused:  {"the chip did not accept this inspection system (note)", "check the certificates of the inspection system"},
	emrtd.ReasonOffersDiffer:       {"what the chip offered before it was opened differs from its signed copy (note)", "look at what lies between reader and card; tell the centre when it happens again"},
}

// wordsFor finds the words for a reason; one that has none stands for itself.
func wordsFor(r emrtd.Reason) words {
	if w, ok := reasonWords[r]; ok {
		return w
	}
	return words{string(r), adviceProgram}
}
