/**
 * What a site configures: every key, its default, and the rule that it must keep. What a setting
 * leads to is the concern of the part that takes it.
 */
package io.spinexr.app.setting;
