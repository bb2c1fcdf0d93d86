/** An evaluation for people and programs: its tables and its files. Nothing is measured here. */
package io.spinexr.workshop.report;
