/** What images a model set is made for, and whether one contradicts that. */
package io.spinexr.scope;
