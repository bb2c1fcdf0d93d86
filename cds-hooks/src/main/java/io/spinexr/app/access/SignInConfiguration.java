package io.spinexr.app.access;

import io.spinexr.access.AccessEvent;
import io.spinexr.access.AccessEvent.Kind;
import io.spinexr.access.AccessEvents;
import io.spinexr.access.AccessRules;
import io.spinexr.access.Grants;
import io.spinexr.app.browser.ServedPath;
import io.spinexr.app.door.Callers;
import io.spinexr.app.identity.NoTokens;
import io.spinexr.app.identity.People;
import io.spinexr.app.identity.ProviderUnavailable;
import io.spinexr.app.identity.Providers;
import io.spinexr.app.identity.SignInRequests;
import io.spinexr.app.identity.SignedIn;
import io.spinexr.app.identity.Tokens;
import io.spinexr.app.setting.Settings;
import io.spinexr.app.setting.SignInProperties;
import io.spinexr.tls.Peers;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.jersey.ResourceConfigCustomizer;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestRedirectFilter;
import org.springframework.security.oauth2.core.OAuth2AuthenticationException;
import org.springframework.security.oauth2.server.resource.web.authentication.BearerTokenAuthenticationFilter;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.context.SecurityContextHolderFilter;
import org.springframework.security.web.savedrequest.NullRequestCache;

/**
 * People sign in by OpenID Connect, and have a session here; programs show an access token of the
 * same provider.
 */
@Configuration(proxyBeanMethods = false)
@Conditional(OnSignIn.class)
@EnableWebSecurity
class SignInConfiguration {
  /** First parts of addresses whose own rules say who may ask. */
  private static final Set<String> WITH_THEIR_OWN_RULES =
      Set.of("cds-services", "fhir", ".well-known");

  private static final Set<String> FOR_PROGRAMS = Set.of("admin", "actuator");
  private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS", "TRACE");

  @Bean
  AccessRules accessRules(DataSource dataSource, AccessEvents events, Clock clock) {
    return new AccessRules(new Grants(dataSource, clock), events);
  }

  @Bean
  Providers providers(Settings settings, Peers peers, Clock clock) {
    return new Providers(signIn(settings), settings.publicUrl(), peers, clock);
  }

  /** Tells in the log whether people can sign in. */
  @Bean
  ApplicationListener<ApplicationReadyEvent> firstDiscovery(Providers providers) {
    return ready -> {
      try {
        providers.hospital().registration();
      } catch (ProviderUnavailable e) {
        // It is asked again when somebody comes.
      }
    };
  }

  @Bean
  People people(Settings settings, Providers providers) {
    return new People(signIn(settings).mapping(), providers);
  }

  /** Spring Security asks for it by its type. */
  @Bean
  Tokens tokens(Providers providers, Clock clock) {
    return new Tokens(providers, clock);
  }

  @Bean
  BegunSignIn begunSignIn(Providers providers, Settings settings) {
    return new BegunSignIn(providers, isHttps(settings));
  }

  @Bean
  Refusals refusals(Denial denial, BegunSignIn begun, Providers providers, Settings settings) {
    return new Refusals(
        denial, begun, providers.address(BegunSignIn.PATH), signIn(settings).emergencyAccess());
  }

  @Bean
  ResourceConfigCustomizer emergencyAccess(AccessRules rules, Settings settings) {
    EmergencyAccess access = new EmergencyAccess(rules, signIn(settings).emergencyAccess());
    return resources -> resources.register(access);
  }

  @Bean
  SessionCookie sessionCookie(Settings settings) {
    return new SessionCookie(isHttps(settings));
  }

  /** Programs: nothing is kept between two requests. */
  @Bean
  @Order(1)
  SecurityFilterChain programs(
      HttpSecurity http,
      Providers providers,
      Tokens tokens,
      People people,
      AccessRules rules,
      AccessEvents events,
      Refusals refusals,
      Denial denial,
      Callers callers)
      throws Exception {
    return http.securityMatcher(SignInConfiguration::isProgram)
        .headers(AbstractHttpConfigurer::disable)
        .csrf(AbstractHttpConfigurer::disable)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .oauth2ResourceServer(
            server ->
                server
                    .jwt(
                        jwt ->
                            jwt.decoder(tokens.programs())
                                .jwtAuthenticationConverter(people::program))
                    .authenticationEntryPoint(
                        (request, response, e) -> {
                          failed(events, request, e);
                          refusals.tokenRefused(request, response, People.NO_ROLE.equals(code(e)));
                        }))
        .addFilterBefore(
            new ProviderFilter(request -> Optional.of(providers.hospital()), refusals),
            BearerTokenAuthenticationFilter.class)
        .addFilterAfter(
            new AccessFilter(rules, refusals, denial, callers), AnonymousAuthenticationFilter.class)
        .build();
  }

  /** People. */
  @Bean
  @Order(2)
  SecurityFilterChain pages(
      HttpSecurity http,
      Settings settings,
      Providers providers,
      Tokens tokens,
      People people,
      BegunSignIn begun,
      AccessRules rules,
      AccessEvents events,
      Refusals refusals,
      Denial denial,
      Callers callers,
      Clock clock)
      throws Exception {
    SignInProperties signIn = signIn(settings);
    Sessions sessions =
        new Sessions(signIn.session(), begun, providers, rules, events, denial, clock);
    SignInRequests requests = new SignInRequests(providers);
    return http.headers(AbstractHttpConfigurer::disable)
        .requestCache(cache -> cache.requestCache(new NullRequestCache()))
        // Who has not signed in can change nothing, and gets no session for trying.
        .csrf(csrf -> csrf.requireCsrfProtectionMatcher(SignInConfiguration::isChange))
        .oauth2Login(
            login ->
                login
                    .loginPage(BegunSignIn.PATH)
                    .clientRegistrationRepository(providers)
                    .authorizedClientRepository(new NoTokens())
                    .authorizationEndpoint(
                        to ->
                            to.authorizationRequestResolver(requests)
                                .authorizationRequestRepository(begun))
                    .tokenEndpoint(token -> token.accessTokenResponseClient(tokens.exchange()))
                    .userInfoEndpoint(info -> info.oidcUserService(people::user))
                    .successHandler(sessions)
                    .failureHandler(
                        (request, response, e) -> {
                          failed(events, request, e);
                          refusals.signInFailed(request, response, code(e));
                        }))
        .logout(
            logout ->
                logout
                    .logoutRequestMatcher(SignInConfiguration::isSignOut)
                    .logoutSuccessHandler(new SignOut(providers, events)))
        .exceptionHandling(
            denied ->
                denied.accessDeniedHandler(
                    (request, response, e) ->
                        refusals.foreignForm(AccessFilter.visit(request), request, response)))
        .addFilterBefore(sessions, SecurityContextHolderFilter.class)
        .addFilterBefore(
            new ProviderFilter(requests::provider, refusals),
            OAuth2AuthorizationRequestRedirectFilter.class)
        .addFilterAfter(
            new AccessFilter(rules, refusals, denial, callers), AnonymousAuthenticationFilter.class)
        .build();
  }

  /** After everything that guards all addresses. */
  @Bean
  FilterRegistrationBean<FirstDispatch> accessFilter(
      @Qualifier("springSecurityFilterChain") Filter chain) {
    FilterRegistrationBean<FirstDispatch> filter =
        new FilterRegistrationBean<>(new FirstDispatch(chain, SignInConfiguration::isOurs));
    filter.setDispatcherTypes(AccessConfiguration.DISPATCHES);
    filter.setOrder(Ordered.LOWEST_PRECEDENCE);
    return filter;
  }

  /** Nowhere else: every filter is a servlet filter of its own unless this says otherwise. */
  @Bean
  FilterRegistrationBean<Filter> notByItself(@Qualifier("springSecurityFilterChain") Filter chain) {
    FilterRegistrationBean<Filter> filter = new FilterRegistrationBean<>(chain);
    filter.setEnabled(false);
    return filter;
  }

  private static SignInProperties signIn(Settings settings) {
    return Objects.requireNonNull(settings.signIn(), "signIn");
  }

  private static boolean isHttps(Settings settings) {
    return "https".equals(settings.publicUrl().getScheme());
  }

  private static boolean isOurs(HttpServletRequest request) {
    return !WITH_THEIR_OWN_RULES.contains(firstPart(request));
  }

  private static boolean isProgram(HttpServletRequest request) {
    String token = Optional.ofNullable(request.getHeader("Authorization")).orElse("");
    return FOR_PROGRAMS.contains(firstPart(request))
        && token.toLowerCase(Locale.ROOT).startsWith("bearer ");
  }

  private static String firstPart(HttpServletRequest request) {
    return ServedPath.of(request).split("/", 3)[1];
  }

  private static boolean isChange(HttpServletRequest request) {
    return !READS.contains(request.getMethod()) && SignedIn.person().isPresent();
  }

  private static boolean isSignOut(HttpServletRequest request) {
    return request.getMethod().equals("POST") && ServedPath.of(request).equals("/sign-out");
  }

  /** The standard's error code: descriptions may quote tokens. */
  private static String code(AuthenticationException failure) {
    return failure instanceof OAuth2AuthenticationException oauth
        ? oauth.getError().getErrorCode()
        : failure.getClass().getSimpleName();
  }

  private static void failed(
      AccessEvents events, HttpServletRequest request, AuthenticationException failure) {
    events.happened(
        new AccessEvent(
            Kind.SIGN_IN, Optional.empty(), ServedPath.of(request), code(failure), false));
  }
}
