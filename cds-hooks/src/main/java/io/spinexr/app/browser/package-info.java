/**
 * What guards people's browsers: which names and origins of pages are known, and what every answer
 * tells a browser to leave alone. Programs that call are not known here.
 */
package io.spinexr.app.browser;
