// Package authorities owns a technician's work on what kiosks trust: taking
// issuing authorities out of master lists, telling what a folder or a bundle
// holds, and signing bundles. What is trusted on a device is the business of
// daemon/trust; nothing here is fetched from a network.
package authorities
