/** Measures how fast figures get their bootstrap intervals, beside Python. */
package io.spinexr.workshop.benchmark.evaluation;
