/**
 * Who somebody is, as the identity provider says: its addresses, its tokens, and the people and
 * programs that they speak of. What those may do is none of its business.
 */
package io.spinexr.app.identity;
