/**
 * The Natural Scenes Dataset as it is published: the design of the experiment, the pictures, the
 * responses to them ("betas") session by session, and the tables beside them. {@link
 * org.mindeye.data.nsd.NsdFolder} knows where each file lies.
 */
package org.mindeye.data.nsd;
