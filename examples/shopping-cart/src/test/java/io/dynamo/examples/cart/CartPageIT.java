package io.dynamo.examples.cart;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.ColorScheme;
import io.dynamo.api.DynamoConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The page in a browser, on the real server and three real nodes; screenshots stay in {@code target/screenshots}. */
class CartPageIT {

    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path NODE = Path.of("/usr/bin/node");
    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final double PATIENCE_MILLIS = 30_000;

    private static LocalNodes nodes;
    private static CartServer server;
    private static Playwright playwright;
    private static Browser browser;

    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void openBrowser() {
        requireBrowser();
        nodes = LocalNodes.open(DynamoConfig.empty());
        server = CartServer.start(nodes, Duration.ofSeconds(10), "127.0.0.1", 0);
        playwright = Playwright.create(new Playwright.CreateOptions()
                .setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1", "PLAYWRIGHT_NODEJS_PATH", NODE.toString())));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(CHROMIUM)
                        .setArgs(List.of(
                                "--no-sandbox",
                                "--disable-gpu",
                                "--disable-quic",
                                "--no-first-run",
                                "--disable-background-networking",
                                "--disable-component-update",
                                "--disable-sync")));
    }

    private static void requireBrowser() {
        for (Path needed : List.of(CHROMIUM, NODE)) {
            if (!Files.isExecutable(needed)) {
                String reason = "CartPageIT needs " + needed + "; .ci/setup installs it";
                if (ContinuousIntegration.isOn(System.getenv("CI"))) {
                    fail(reason);
                }
                System.out.println("SKIPPED: " + reason);
                Assumptions.abort(reason);
            }
        }
    }

    @AfterEach
    void startWhoeverIsStopped() {
        nodes.ids().forEach(nodes::start);
    }

    @AfterAll
    static void closeBrowser() {
        if (playwright != null) {
            playwright.close();
        }
        if (server != null) {
            server.close();
            nodes.close();
        }
    }

    @ParameterizedTest
    @CsvSource({"1280, 800, LIGHT", "1280, 800, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void bothSidesOfAnOldContext_becomeSiblingsAndMerge(int width, int height, ColorScheme scheme) {
        String name = width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
        try (BrowserContext context = context(width, height, scheme)) {
            Page page = open(context, "/?cart=" + name);
            screenshot(page, name, "1-start");

            // A person picks node b, adds two items and removes one.
            Locator one = page.locator("#shopper-1");
            Locator two = page.locator("#shopper-2");
            one.getByLabel("Node b, ready").click();
            assertThat(one.getByLabel("Node b, ready")).hasAttribute("aria-pressed", "true");
            one.getByLabel("One more").click();
            one.getByLabel("Add lamp").click();
            assertThat(item(one, "lamp")).containsText("× 2");
            one.getByLabel("One fewer").click();
            one.getByLabel("Add pen").click();
            assertThat(item(one, "pen")).containsText("× 1");
            one.getByLabel("Remove lamp").click();
            assertThat(item(one, "lamp")).hasCount(0);
            assertThat(page.locator("#versions > li")).hasCount(1);
            assertThat(two.locator(".held")).hasText(java.util.regex.Pattern.compile("Old context"));
            screenshot(page, name, "2-picked");

            // Both read, and both write on that same context.
            two.getByLabel("Node c, ready").click();
            assertThat(two.locator(".held")).hasText(java.util.regex.Pattern.compile("My context is current"));
            one.getByLabel("Add laptop").click();
            assertThat(item(one, "laptop")).containsText("× 1");
            two.getByLabel("Add coffee").click();
            assertThat(page.locator("#versions > li")).hasCount(2);
            assertThat(page.locator("#version-count")).hasText("2 siblings");
            assertThat(sibling(page, "laptop")).hasCount(1);
            assertThat(sibling(page, "coffee")).hasCount(1);
            assertThat(sibling(page, "pen")).hasCount(2);
            screenshot(page, name, "3-siblings");

            // Merged for whoever reads; the next write, which has seen both, replaces both.
            for (String sku : List.of("laptop", "coffee", "pen")) {
                assertThat(item(page.locator(".merged"), sku)).containsText("× 1");
            }
            one.locator(".read").click();
            assertThat(item(one, "coffee")).hasCount(1);
            one.getByLabel("Add book").click();
            assertThat(page.locator("#versions > li")).hasCount(1);
            assertThat(page.locator("#version-count")).hasText("1 version");
            for (String sku : List.of("laptop", "coffee", "pen", "book")) {
                assertThat(item(page.locator(".merged"), sku)).containsText("× 1");
            }
            screenshot(page, name, "4-collapsed");
            assertFitsAndIsReachable(page);
        }
        assertThat(faults).isEmpty();
    }

    /** The story of a node that was away: what the others wrote waits for it, and is handed over when it returns. */
    @ParameterizedTest
    @CsvSource({"1280, 800, LIGHT", "1280, 800, DARK", "390, 844, LIGHT", "390, 844, DARK"})
    void stoppedNode_isOwedWhatItMisses_andGetsItWhenItIsStarted(int width, int height, ColorScheme scheme) {
        String name = width + "-" + scheme.name().toLowerCase(java.util.Locale.ROOT);
        try (BrowserContext context = context(width, height, scheme)) {
            Page page = open(context, "/?cart=away-" + name);
            Locator c = page.locator("#members > li[data-node=c]");
            assertThat(page.locator("#members > li")).hasCount(3);
            assertThat(c).containsText("up");
            assertThat(c).hasAttribute("data-waiting", "0");

            c.getByLabel("Stop node c").click();
            assertThat(c).containsText("stopped");
            Locator one = page.locator("#shopper-1");
            Locator two = page.locator("#shopper-2");
            one.getByLabel("Add laptop").click();
            assertThat(item(one, "laptop")).hasCount(1);
            two.getByLabel("Add coffee").click();
            assertThat(item(two, "coffee")).hasCount(1);
            assertThat(page.locator("#version-count")).hasText("2 siblings");
            assertThat(c).hasAttribute("data-waiting", "2");
            assertThat(c).containsText("2 records wait: 1 at a, 1 at b");
            assertThat(c).containsText("down for a and b");
            screenshot(page, name, "5-stopped");

            c.getByLabel("Start node c").click();
            assertThat(c).hasAttribute("data-waiting", "0");
            assertThat(c).containsText("nothing waits for it");
            assertThat(c.getByLabel("Stop node c")).hasCount(1);
            two.getByLabel("Node c, ready").click();
            assertThat(item(two, "laptop")).hasCount(1);
            assertThat(item(two, "coffee")).hasCount(1);
            two.getByLabel("Add book").click();
            assertThat(page.locator("#version-count")).hasText("1 version");
            screenshot(page, name, "6-healed");
            assertThat((Boolean) page.evaluate("innerWidth < 1280 || [...document.querySelectorAll('.below')]"
                            + ".every(e => e.getBoundingClientRect().bottom <= innerHeight)"))
                    .as("what a shopper is told is seen without scrolling")
                    .isTrue();
            assertFitsAndIsReachable(page);
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void story_fiveSteps_endsWithOneVersionOfThreeItems() {
        try (BrowserContext context = context(1280, 800, ColorScheme.LIGHT)) {
            Page page = open(context, "/?cart=story");
            Locator next = page.locator("#story-next");
            for (String button : List.of("Both read the cart", "Shopper 1 adds a laptop", "Shopper 2 adds coffee")) {
                assertThat(next).hasText(button);
                next.click();
            }
            assertThat(page.locator("#story-title")).hasText("Shopper 2 added coffee, on an old context");
            assertThat(page.locator("#versions > li")).hasCount(2);
            assertThat(page.locator("#live")).containsText("siblings");
            screenshot(page, "story", "siblings");
            assertThat(next).hasText("Shopper 1 reads again");
            next.click();
            assertThat(next).hasText("Shopper 1 adds a book");
            next.click();
            assertThat(next).hasText("Start again");
            assertThat(page.locator("#versions > li")).hasCount(1);
            assertThat(page.locator("#merged-items > li")).hasCount(3);
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void keyboard_addsAndRemoves_focusStaysOnTheCart() {
        try (BrowserContext context = context(1280, 800, ColorScheme.LIGHT)) {
            Page page = open(context, "/?cart=keyboard&node=c");
            Locator two = page.locator("#shopper-2");
            assertThat(page.locator("#shopper-1").getByLabel("Node c, ready")).hasAttribute("aria-pressed", "true");
            two.getByLabel("Add plant").focus();
            page.keyboard().press("Enter");
            assertThat(item(two, "plant")).hasCount(1);
            two.getByLabel("Add one more plant").focus();
            page.keyboard().press("Space");
            assertThat(item(two, "plant")).containsText("× 2");
            assertThat(two.getByLabel("Add one more plant")).isFocused();
            two.getByLabel("Remove plant").focus();
            page.keyboard().press("Enter");
            assertThat(item(two, "plant")).hasCount(0);
            assertThat(two.locator(".list-title")).isFocused();
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void writeThatFails_tellsTheShopperAndKeepsTheCart() {
        try (BrowserContext context = context(390, 844, ColorScheme.LIGHT)) {
            Page page = open(context, "/?cart=fails");
            page.route("**/items?node=*", route -> route.fulfill(refusal(1, "UNKNOWN")));
            Locator one = page.locator("#shopper-1");
            Locator pen = one.getByLabel("Add pen");
            double before = pen.boundingBox().y + scrolled(page);
            pen.click();
            assertThat(alert(one))
                    .hasText("Too few replicas answered: 1 of 2. Nothing from b and c."
                            + " It may still have been written: read again.");
            assertThat(pen.boundingBox().y + scrolled(page))
                    .as("no button moves under the pointer")
                    .isEqualTo(before);
            screenshot(page, "failure", "390-light");
            one.locator(".read").click();
            assertThat(alert(one)).hasCount(0);
        }
    }

    @Test
    void pageOpenedTooEarly_saysSoAndReadsByItselfOnceTheNodeIsReady() {
        try (BrowserContext context = context(1280, 800, ColorScheme.LIGHT)) {
            context.route("**/carts/early?node=*", route -> route.fulfill(refusal(0, "NOT_APPLIED")));
            Page page = open(context, "/?cart=early");
            Locator one = page.locator("#shopper-1");
            assertThat(alert(one)).hasText("Too few replicas answered: 0 of 2. Nothing from b and c.");
            assertThat(one.locator(".held")).containsText("Nothing read yet");
            assertThat(page.locator("#merged-items")).hasText("not read yet");
            screenshot(page, "early", "1280-light");

            context.unroute("**/carts/early?node=*");

            for (Locator shopper : List.of(one, page.locator("#shopper-2"))) {
                assertThat(shopper.locator(".held")).containsText("My context is current");
                assertThat(alert(shopper)).hasCount(0);
            }
            assertThat(page.locator("#version-count")).hasText("no version");
        }
    }

    private static Locator alert(Locator shopper) {
        return shopper.getByRole(com.microsoft.playwright.options.AriaRole.ALERT);
    }

    private static int scrolled(Page page) {
        return (int) page.evaluate("Math.round(scrollY)");
    }

    /** As the service answers when two of three nodes are silent. */
    private static Route.FulfillOptions refusal(int acknowledged, String outcome) {
        return new Route.FulfillOptions()
                .setStatus(503)
                .setContentType(Problem.CONTENT_TYPE)
                .setBody("{\"title\":\"Too few replicas answered\",\"status\":503,\"detail\":\"long\",\"outcome\":\""
                        + outcome + "\",\"required\":2,\"acknowledged\":" + acknowledged
                        + ",\"replicas\":[{\"node\":\"c\",\"status\":\"UNREACHABLE\",\"detail\":\"\"},"
                        + "{\"node\":\"a\",\"status\":\"ACKNOWLEDGED\",\"detail\":\"\"},"
                        + "{\"node\":\"b\",\"status\":\"NO_ANSWER\",\"detail\":\"\"}]}");
    }

    private BrowserContext context(int width, int height, ColorScheme scheme) {
        BrowserContext context = browser.newContext(new Browser.NewContextOptions()
                .setViewportSize(width, height)
                .setColorScheme(scheme)
                .setReducedMotion(com.microsoft.playwright.options.ReducedMotion.REDUCE));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        return context;
    }

    private Page open(BrowserContext context, String path) {
        com.microsoft.playwright.assertions.PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
        String origin = "http://127.0.0.1:" + server.port();
        Page page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.type().equals("warning")) {
                faults.add("console: " + message.text());
            }
        });
        page.onPageError(error -> faults.add("page error: " + error));
        page.onRequestFailed(request -> faults.add("failed: " + request.url() + " " + request.failure()));
        page.onRequest(request -> {
            if (!request.url().startsWith(origin) && !request.url().startsWith("data:")) {
                faults.add("request to elsewhere: " + request.url());
            }
        });
        page.onResponse(response -> {
            if (response.status() >= 400) {
                faults.add(response.status() + ": " + response.url());
            }
        });
        page.navigate(origin + path);
        page.waitForSelector("body[data-ready]");
        return page;
    }

    /** Nothing sticks out of the window, and every control is big enough to hit. */
    private static void assertFitsAndIsReachable(Page page) {
        page.locator(".requests summary").click();
        assertThat(page.locator("#requests > li").first()).containsText("POST");
        assertThat((Boolean) page.evaluate("document.documentElement.scrollWidth <= innerWidth"))
                .as("no sideways scrolling")
                .isTrue();
        Object cut = page.evaluate(
                "[...document.querySelectorAll('h1, h2, h3, p, button, #requests, .nodes, .sku, #members li, .member-words')].filter(e =>"
                        + " e.clientWidth > 1 && e.scrollWidth > e.clientWidth).map(e => e.outerHTML)");
        assertThat((List<?>) cut).as("text that is cut off").isEmpty();
        Object small = page.evaluate(
                "[...document.querySelectorAll('button, input, summary')].filter(e => {"
                        + " const r = e.getBoundingClientRect(); return r.width < 24 || r.height < 24; }).map(e => e.outerHTML)");
        assertThat((List<?>) small).as("targets below 24 px").isEmpty();
    }

    private static Locator item(Locator within, String sku) {
        return within.locator(".items li", new Locator.LocatorOptions().setHasText(sku));
    }

    private static Locator sibling(Page page, String sku) {
        return page.locator("#versions > li", new Page.LocatorOptions().setHasText(sku));
    }

    private static void screenshot(Page page, String name, String step) {
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(SCREENSHOTS.resolve(name + "-" + step + ".png"))
                .setFullPage(name.contains("390")));
    }
}
