// Reads PDF files away from the window. The older build: the web views of stable systems lack what
// the newer one takes for granted.

import 'pdfjs-dist/legacy/build/pdf.worker.min.mjs';
