// Package platform is the port to the shop systems we are installed on. A Driver
// knows one product and does as little as possible; Host, around it, adds what
// every host needs: tokens, pacing, classified outcomes. Drivers pass the suite
// in platformtest.
package platform
