package io.herald.api.docs;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** How the pages look, and what a browser may do with them. */
final class PageStyle {
    static final String CSS =
            """
            :root {
              color-scheme: light dark;
              --ground: #ffffff; --raised: #f4f6f8; --line: #d5dae0;
              --text: #1b2430; --quiet: #4d5a69; --link: #0b57b5;
            }
            @media (prefers-color-scheme: dark) {
              :root {
                --ground: #12171d; --raised: #1b222b; --line: #35404c;
                --text: #e6ebf0; --quiet: #a9b5c2; --link: #8ab8ff;
              }
            }
            * { box-sizing: border-box; }
            html { scroll-padding-top: 1rem; }
            body {
              margin: 0 auto; max-width: 78rem; padding: 0 1.25rem 4rem;
              background: var(--ground); color: var(--text);
              font: 1rem/1.55 system-ui, sans-serif;
            }
            a { color: var(--link); }
            a:focus-visible, summary:focus-visible, [tabindex]:focus-visible {
              outline: 3px solid var(--link); outline-offset: 2px;
            }
            .skip { position: absolute; left: -100rem; }
            .skip:focus { left: 1rem; top: 1rem; background: var(--ground); padding: .5rem; }
            h1, h2, h3, h4 { line-height: 1.25; }
            h2 { margin-top: 3rem; border-bottom: 1px solid var(--line); padding-bottom: .3rem; }
            article { margin: 2.5rem 0; }
            article h3 { margin-bottom: .3rem; }
            .route { margin: 0; overflow-wrap: anywhere; }
            .route strong { display: inline-block; min-width: 4.2rem; }
            .quiet { color: var(--quiet); }
            code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
            code { overflow-wrap: anywhere; }
            pre {
              background: var(--raised); border: 1px solid var(--line); border-radius: .4rem;
              padding: .8rem; overflow-x: auto;
            }
            pre code { overflow-wrap: normal; }
            table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
            th, td {
              text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0;
              border-bottom: 1px solid var(--line);
            }
            td code { overflow-wrap: break-word; }
            td p { margin: 0 0 .4rem; }
            .contents p { margin: .8rem 0 .2rem; }
            .contents ul { list-style: none; margin: 0; padding-left: 0; }
            .contents li { margin: .15rem 0; }
            summary { cursor: pointer; }
            @media (min-width: 64rem) {
              td:first-child { white-space: nowrap; }
              body:has(> .contents) {
                display: grid; grid-template-columns: 15rem minmax(0, 1fr); column-gap: 2.5rem;
              }
              header { grid-column: 1 / -1; }
              .contents {
                position: sticky; top: 0; align-self: start; max-height: 100vh;
                overflow-y: auto; padding-bottom: 1rem; font-size: .9rem;
              }
              main > :first-child { margin-top: .8rem; }
            }
            @media (max-width: 40rem) {
              table, tbody, tr, td { display: block; }
              thead { position: absolute; left: -100rem; }
              tr { border-bottom: 1px solid var(--line); padding: .4rem 0; }
              td { border: 0; padding: .1rem 0; overflow-wrap: anywhere; }
            }
            """;

    private PageStyle() {}

    /** The page holds no script and loads nothing; its one style is known by its digest. */
    static String contentSecurityPolicy() {
        return "default-src 'none'; style-src 'sha256-"
                + digest()
                + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    private static String digest() {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(CSS.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
