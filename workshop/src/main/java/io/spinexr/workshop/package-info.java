/**
 * The commands that make and measure models or play a hospital, and the program that has them. What
 * they do is in the packages below.
 */
package io.spinexr.workshop;
