/**
 * What texts and numbers from elsewhere must keep to before anything is made of them; not what they
 * say.
 */
package io.spinexr.text;
