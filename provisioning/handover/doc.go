// Package handover writes a kiosk's requests and audit log into a folder to be
// carried to the centre by hand, and takes the receipts back into the queue. The
// folder is that of protocol/handover.
//
// Writing is done beside a kioskd that runs. Taking receipts back needs the queue
// for itself, so kioskd has to be stopped; each receipt is held to the signature,
// the id, the number and the digest as one that came over the network. The package
// must never import a network package.
package handover
