/** What is fetched from addresses that others wrote down: bounded in size, time and kind. */
package org.mindeye.retrieval.web;
