/**
 * What is known of an order or a study at one moment, as values. How it is kept is in {@code
 * store}.
 */
package io.spinexr.state;
