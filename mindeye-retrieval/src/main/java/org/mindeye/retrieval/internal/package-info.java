/** What indexes of several packages share. Not an API. */
package org.mindeye.retrieval.internal;
