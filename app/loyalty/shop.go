package loyalty

// ShopState is where an installation stands.
type ShopState string

// The states of a shop.
const (
	ShopActive      ShopState = "active"
	ShopNeedsAuth   ShopState = "needs_auth" // the host refuses our token; the next admin visit mends it
	ShopFrozen      ShopState = "frozen"     // the host has paused the shop; jobs wait
	ShopUninstalled ShopState = "uninstalled"
)

// Shop is one installation of the app on a host.
type Shop struct {
	ID            ShopID
	Host          string // "shopify", "woocommerce"
	Domain        string // lower case, without scheme
	PathKey       string // unguessable part of the shop's own webhook addresses
	HostShopID    string // the host's id of the shop, for checking privacy requests
	Name          string
	Currency      Currency
	Zone          string // IANA
	Language      string // BCP 47
	State         ShopState
	HostPlan      string
	Settings      []byte // JSON; read and written by program
	Version       int64
	InstalledAt   int64 // Unix ms
	UninstalledAt int64
}

// MemberType is S0-43's address type.
type MemberType string

// The member types.
const (
	NewCustomer MemberType = "new_customer" // never bought
	Customer    MemberType = "customer"     // has completed a purchase
)

// MemberState is where a member stands.
type MemberState string

// The states of a member.
const (
	MemberActive MemberState = "active"
	MemberMerged MemberState = "merged" // MergedInto says into whom
	MemberErased MemberState = "erased" // holds no personal field
)

// Member is a person in our plans. Email, names, locale and birthday are personal data.
type Member struct {
	ID            ID
	PublicID      string
	CustomerKey   string // the host's current id of the person
	PersonKey     []byte // keyed hash of the normalised e-mail: same person, other account (B15, G12)
	Email         string
	FirstName     string
	LastName      string
	Locale        string
	Birthday      LocalDate
	BirthdaySetAt int64
	Type          MemberType
	Tags          []string
	State         MemberState
	MergedInto    ID
	ReferralCode  string
	HasLogin      bool // the host has shown an enabled account; never taken back
	BlockEarn     bool
	BlockRedeem   bool
	Factor        Ratio  // the member's own earning factor (S4-18)
	CapPoints     Points // most points the member may hold; 0 = no cap
	FirstOrderAt  int64
	HostUpdatedAt int64 // Unix ms of the host record that the personal fields come from
	Version       int64
	CreatedAt     int64
	UpdatedAt     int64
}
