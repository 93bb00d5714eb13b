/** What several formats share and users do not need. */
package org.mindeye.formats.internal;
