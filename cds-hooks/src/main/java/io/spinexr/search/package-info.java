/**
 * Finds the images of orders and follows their studies: searches, their plan, orders that change,
 * studies that grow or vanish. What is on the images is the concern of {@code analysis}.
 */
package io.spinexr.search;
