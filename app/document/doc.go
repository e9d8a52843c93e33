// Package document makes files that leave the app: tables for spreadsheets, QR
// codes, and pages to print. It knows nothing of shops; it is told what to write.
package document

// PDFType is the media type of what Cards and Poster make.
const PDFType = "application/pdf"
