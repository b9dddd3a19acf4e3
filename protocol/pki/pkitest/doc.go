// Package pkitest is the other side of what protocol/pki reads: it issues
// certificates, revocation lists and signed data of invented authorities, for
// tests of that package and of those above it. It can also issue what no authority
// should.
package pkitest
