/** Whether the parts of a server work, as alarms and scrapers ask it. Nothing is repaired here. */
package io.spinexr.app.health;
